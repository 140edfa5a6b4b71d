from brian2 import *
from common import random_network

eqs = """dv/dt = (ge + gi - (v - E_l))/tau_m : volt (unless refractory)
dge/dt = -ge/tau_e : volt
dgi/dt = -gi/tau_i : volt"""
ns = dict(tau_m=20*ms, tau_e=5*ms, tau_i=10*ms, V_t=-50*mV, V_r=-60*mV, E_l=-49*mV, w_e=1.62*mV, w_i=-9*mV)


def trial(number):
    P = NeuronGroup(4000, eqs, threshold="v > V_t", reset="v = V_r", refractory=5*ms, method="exact", namespace=ns)
    P.v = "V_r + rand()*(V_t - V_r)"
    Ce = Synapses(P[:3200], P, on_pre="ge += w_e", namespace=ns)
    Ce.connect(p=0.02)
    Ci = Synapses(P[3200:], P, on_pre="gi += w_i", namespace=ns)
    Ci.connect(p=0.02)
    M = SpikeMonitor(P)
    Network(P, Ce, Ci, M).run(1*second)
    e = np.array(M.i) < 3200
    return {"exc": (np.array(M.i)[e], np.array(M.t/second)[e], 3200), "inh": (np.array(M.i)[~e] - 3200, np.array(M.t/second)[~e], 800)}


random_network("cuba", trial, 6, {}, (0.2, 1.0))
