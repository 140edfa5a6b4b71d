from brian2 import *
import common

NE, NI = 256, 64
SIGMA = 18/360
FLOOR = (1 - 1.62*SIGMA*np.sqrt(2*np.pi))/(1 - SIGMA*np.sqrt(2*np.pi))
ns = dict(E_l=-70*mV, V_t=-50*mV, V_r=-60*mV, E_i=-70*mV, tau_ampa=2*ms, tau_gaba=10*ms, tau_rise=2*ms, tau_nmda=100*ms, a_nmda=0.5/ms, g_ext_e=3.1*nS,
          g_ext_i=2.38*nS, g_ee=0.381*nS*2048/NE, g_ei=0.292*nS*2048/NE, g_ie=1.336*nS*512/NI, g_ii=1.024*nS*512/NI, J_plus=1.62, J_minus=FLOOR, sigma=SIGMA,
          N_e=NE, rest=300*ms, cue=250*ms)


def trial(number):
    E = NeuronGroup(NE, """dv/dt = (-25*nS*(v - E_l) - I + I_cue)/(0.5*nF) : volt (unless refractory)
I = v*(g_ext_e*s_ext + g_ee*s_tot/(1 + exp(-0.062*v/mV)/3.57)) + g_ie*(v - E_i)*s_gaba : amp
turn = abs(i/N_e - 0.5) : 1
I_cue = 200*pA*exp(-turn**2/(2*sigma**2))*int(t >= rest)*int(t < rest + cue) : amp
ds_ext/dt = -s_ext/tau_ampa : 1
ds_gaba/dt = -s_gaba/tau_gaba : 1
ds/dt = -s/tau_nmda + a_nmda*x*(1 - s) : 1
dx/dt = -x/tau_rise : 1
s_tot : 1""", threshold="v > V_t", reset="v = V_r; x += 1", refractory=2*ms, method="euler", namespace=ns)
    I = NeuronGroup(NI, """dv/dt = (-20*nS*(v - E_l) - I)/(0.2*nF) : volt (unless refractory)
I = v*(g_ext_i*s_ext + g_ei*s_tot/(1 + exp(-0.062*v/mV)/3.57)) + g_ii*(v - E_i)*s_gaba : amp
ds_ext/dt = -s_ext/tau_ampa : 1
ds_gaba/dt = -s_gaba/tau_gaba : 1
s_tot : 1""", threshold="v > V_t", reset="v = V_r", refractory=1*ms, method="euler", namespace=ns)
    E.v = "E_l + 10*mV*rand()"
    I.v = "E_l + 10*mV*rand()"
    EE = Synapses(E, E, """w : 1
s_tot_post = w*s_pre : 1 (summed)""", namespace=ns)
    EE.connect()
    d = np.abs(EE.i[:] - EE.j[:])/NE
    d = np.minimum(d, 1 - d)
    EE.w = FLOOR + (1.62 - FLOOR)*np.exp(-d**2/(2*SIGMA**2))
    EI = Synapses(E, I, "s_tot_post = s_pre : 1 (summed)")
    EI.connect()
    IE = Synapses(I, E, on_pre="s_gaba += 1")
    IE.connect()
    II = Synapses(I, I, on_pre="s_gaba += 1")
    II.connect()
    inputs = [PoissonInput(E, "s_ext", 1000, 1.8*Hz, weight=1), PoissonInput(I, "s_ext", 1000, 1.8*Hz, weight=1)]
    ME, MI = SpikeMonitor(E), SpikeMonitor(I)
    Network(E, I, EE, EI, IE, II, inputs, ME, MI).run(1150*ms)
    i, t = np.array(ME.i), np.array(ME.t/second)
    part = lambda a, b: (i[(i >= a) & (i < b)] - a, t[(i >= a) & (i < b)], b - a)
    return {"E": (i, t, NE), "bump": part(112, 144), "I": (np.array(MI.i), np.array(MI.t/second), NI)}


common.random_network("ring_attractor", trial, 5, {"N_e": str(NE), "N_i": str(NI), "rest": "300 ms", "memory": "600 ms"}, (0.65, 1.15),
                      slices={"bump": ["E", 112, 144]})
