from brian2 import *
import common

NE, NI = 400, 100
SUB = NE//10
W_PLUS = 2.1
W_MINUS = 1 - 0.1*(W_PLUS - 1)/0.9
ns = dict(E_l=-70*mV, V_t=-50*mV, V_r=-55*mV, E_e=0*mV, E_i=-70*mV, C_e=0.5*nF, C_i=0.2*nF, g_l_e=25*nS, g_l_i=20*nS, tau_ampa=2*ms, tau_gaba=10*ms,
          tau_rise=2*ms, tau_nmda=100*ms, a_nmda=0.5/ms, g_ext_e=2.08*nS, g_ext_i=1.62*nS, g_ampa_e=0.104*nS*800/NE, g_ampa_i=0.081*nS*800/NE,
          g_nmda_e=0.327*nS*800/NE, g_nmda_i=0.258*nS*800/NE, g_gaba_e=1.25*nS*200/NI, g_gaba_i=0.973*nS*200/NI, w_plus=W_PLUS, w_minus=W_MINUS, N_sub=SUB)
REST, CUE, MEMORY = 300*ms, 300*ms, 600*ms


def trial(number):
    E = NeuronGroup(NE, """dv/dt = (-g_l_e*(v - E_l) - I)/C_e : volt (unless refractory)
I = (v - E_e)*(g_ext_e*s_ext + g_ampa_e*s_ampa + g_nmda_e*s_tot/(1 + exp(-0.062*v/mV)/3.57)) + g_gaba_e*(v - E_i)*s_gaba : amp
ds_ext/dt = -s_ext/tau_ampa : 1
ds_ampa/dt = -s_ampa/tau_ampa : 1
ds_gaba/dt = -s_gaba/tau_gaba : 1
ds/dt = -s/tau_nmda + a_nmda*x*(1 - s) : 1
dx/dt = -x/tau_rise : 1
s_tot : 1""", threshold="v > V_t", reset="v = V_r; x += 1", refractory=2*ms, method="euler", namespace=ns)
    I = NeuronGroup(NI, """dv/dt = (-g_l_i*(v - E_l) - I)/C_i : volt (unless refractory)
I = (v - E_e)*(g_ext_i*s_ext + g_ampa_i*s_ampa + g_nmda_i*s_tot/(1 + exp(-0.062*v/mV)/3.57)) + g_gaba_i*(v - E_i)*s_gaba : amp
ds_ext/dt = -s_ext/tau_ampa : 1
ds_ampa/dt = -s_ampa/tau_ampa : 1
ds_gaba/dt = -s_gaba/tau_gaba : 1
s_tot : 1""", threshold="v > V_t", reset="v = V_r", refractory=1*ms, method="euler", namespace=ns)
    E.v = I.v = -70*mV
    EE = Synapses(E, E, """w : 1
s_tot_post = w*s_pre : 1 (summed)""", on_pre="s_ampa += w", delay=0.5*ms, namespace=ns)
    EE.connect(condition="i != j")
    EE.w = "w_plus*int(i < 5*N_sub and i//N_sub == j//N_sub) + int(not (i < 5*N_sub and i//N_sub == j//N_sub))*(w_minus*int(j < 5*N_sub) + int(j >= 5*N_sub))"
    EI = Synapses(E, I, "s_tot_post = s_pre : 1 (summed)", on_pre="s_ampa += 1", delay=0.5*ms)
    EI.connect()
    IE = Synapses(I, E, on_pre="s_gaba += 1", delay=0.5*ms)
    IE.connect()
    II = Synapses(I, I, on_pre="s_gaba += 1", delay=0.5*ms)
    II.connect(condition="i != j")
    inputs = [PoissonInput(E, "s_ext", 800, 3*Hz, weight=1), PoissonInput(I, "s_ext", 800, 3*Hz, weight=1)]
    stimulus = PoissonGroup(SUB, rates="80*25*Hz*int(t >= REST)*int(t < REST + CUE)")
    S = Synapses(stimulus, E[:SUB], on_pre="s_ext += 1")
    S.connect(j="i")
    ME, MI = SpikeMonitor(E), SpikeMonitor(I)
    Network(E, I, EE, EI, IE, II, inputs, stimulus, S, ME, MI).run(REST + CUE + MEMORY)
    i, t = np.array(ME.i), np.array(ME.t/second)
    part = lambda a, b: (i[(i >= a) & (i < b)] - a, t[(i >= a) & (i < b)], b - a)
    return {"selected": part(0, SUB), "others": part(SUB, 2*SUB), "I": (np.array(MI.i), np.array(MI.t/second), NI)}


common.random_network("nmda_network", trial, 5, {"N_e": str(NE), "N_i": str(NI), "rest": "300 ms", "memory": "600 ms"}, (0.7, 1.2))
