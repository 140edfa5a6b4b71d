from brian2 import *
import common

N_e, N_i, f = 400, 100, 0.15
sub = int(f*N_e)
w_p = 1.7
w_m = 1 - f*(w_p - 1)/(1 - f)
ns = dict(E_l=-70*mV, V_t=-50*mV, V_r=-55*mV, V_E=0*mV, V_I=-70*mV, C_e=0.5*nF, C_i=0.2*nF, g_e=25*nS, g_i=20*nS, tau_ampa=2*ms, tau_rise=2*ms,
          tau_nmda=100*ms, tau_gaba=5*ms, alpha=0.5/ms, g_ext_e=2.1*nS, g_ext_i=1.62*nS, g_eea=0.05*nS*1600/N_e, g_eia=0.04*nS*1600/N_e,
          g_een=0.165*nS*1600/N_e, g_ein=0.13*nS*1600/N_e, g_ie=1.3*nS*400/N_i, g_ii=1*nS*400/N_i, w_p=w_p, w_m=w_m, sub=sub)
gates = """ds_ampa/dt = -s_ampa/tau_ampa : siemens
ds_ext/dt = -s_ext/tau_ampa : siemens
ds_gaba/dt = -s_gaba/tau_gaba : siemens
s_tot : 1
"""


def trial(number):
    E = NeuronGroup(N_e, """dV/dt = (-g_e*(V - E_l) - (s_ampa + s_ext)*(V - V_E) - g_een*s_tot*(V - V_E)/(1 + exp(-0.062*V/mV)/3.57) - s_gaba*(V - V_I))/C_e : volt (unless refractory)
ds/dt = -s/tau_nmda + alpha*x*(1 - s) : 1
dx/dt = -x/tau_rise : 1
label : integer
""" + gates, threshold="V > V_t", reset="V = V_r", refractory=2*ms, method="euler", namespace=ns)
    I = NeuronGroup(N_i, """dV/dt = (-g_i*(V - E_l) - (s_ampa + s_ext)*(V - V_E) - g_ein*s_tot*(V - V_E)/(1 + exp(-0.062*V/mV)/3.57) - s_gaba*(V - V_I))/C_i : volt (unless refractory)
""" + gates, threshold="V > V_t", reset="V = V_r", refractory=1*ms, method="euler", namespace=ns)
    E.V = I.V = "V_t - 2*mV"
    E.label = "int(i >= sub) + int(i >= 2*sub)"
    EE = Synapses(E, E, "w : siemens", on_pre="s_ampa += w", delay=0.5*ms, namespace=ns)
    EE.connect()
    EE.w = "g_eea"
    EE.w["label_pre == label_post and label_pre < 2"] = "g_eea*w_p"
    EE.w["label_pre != label_post and label_post < 2"] = "g_eea*w_m"
    EI = Synapses(E, I, on_pre="s_ampa += g_eia", delay=0.5*ms, namespace=ns)
    EI.connect()
    IE = Synapses(I, E, on_pre="s_gaba += g_ie", delay=0.5*ms, namespace=ns)
    IE.connect()
    II = Synapses(I, I, on_pre="s_gaba += g_ii", delay=0.5*ms, namespace=ns)
    II.connect()
    NM = Synapses(E, E, on_pre="x_pre += 1", delay=0.5*ms, namespace=ns)
    NM.connect(j="i")
    sums = NeuronGroup(3, "s : 1")
    to_sums = Synapses(E, sums, "s_post = s_pre : 1 (summed)")
    to_sums.connect(j="label_pre")
    to_E = Synapses(sums, E, "w : 1\ns_tot_post = w*s_pre : 1 (summed)", namespace=ns)
    to_E.connect()
    to_E.w = 1
    to_E.w["i == label_post and label_post < 2"] = w_p
    to_E.w["i != label_post and label_post < 2"] = w_m
    to_I = Synapses(sums, I, "s_tot_post = s_pre : 1 (summed)")
    to_I.connect()
    inputs = [PoissonInput(E, "s_ext", 1000, 2.4*Hz, ns["g_ext_e"]), PoissonInput(I, "s_ext", 1000, 2.4*Hz, ns["g_ext_i"])]
    stims = []
    for k, sign in ((0, 1), (1, -1)):
        S = NeuronGroup(sub, """rates : Hz (shared)
bias : Hz (shared)
on : 1 (shared)""", threshold="rand() < rates*dt")
        S.bias = sign*40*Hz*0.128
        S.run_regularly("rates = on*(40*Hz + bias + 4*Hz*randn())", dt=50*ms)
        C = Synapses(S, E[k*sub:(k + 1)*sub], on_pre="s_ext += g_ext_e", namespace=ns)
        C.connect(j="i")
        stims.append((S, C))
    M, MI = SpikeMonitor(E), SpikeMonitor(I)
    net = Network(E, I, EE, EI, IE, II, NM, sums, to_sums, to_E, to_I, *inputs, *[x for pair in stims for x in pair], M, MI)
    net.run(100*ms)
    for S, _ in stims:
        S.on = 1
    net.run(300*ms)
    i, t = np.array(M.i), np.array(M.t/second)
    return {"selective": (i[i < 2*sub], t[i < 2*sub], 2*sub), "rest": (i[i >= 2*sub] - 2*sub, t[i >= 2*sub], N_e - 2*sub),
            "I": (np.array(MI.i), np.array(MI.t/second), N_i)}


common.random_network("wang_2002", trial, 8, {"N_e": str(N_e), "N_i": str(N_i), "rest": "100 ms", "choice": "300 ms", "after": "0 ms"}, (0.0, 0.4),
                      slices={"selective": ["E", 0, 2*sub], "rest": ["E", 2*sub, N_e]}, compared=2)
