from brian2 import *
import common

eqs = """dV/dt = (-(V - V_r) + x)/(10*ms) : volt
dx/dt = (-x + y)/tau_psp : volt
dy/dt = -y/tau_psp + 25.27*mV/ms + 39.24*mV/ms**0.5*xi : volt"""
ns = dict(V_r=-70*mV, V_t=-55*mV, tau_psp=0.325*ms, weight=4.86*mV, size=100)


def trial(number):
    P = NeuronGroup(1000, eqs, threshold="V > V_t", reset="V = V_r", refractory=1*ms, method="euler", namespace=ns)
    P.V = "V_r + rand()*(V_t - V_r)"
    packet = SpikeGeneratorGroup(85, np.arange(85), np.random.randn(85)*ms + 50*ms)
    S = Synapses(P, P, on_pre="y += weight", delay=5*ms, namespace=ns)
    S.connect(j="k for k in range((i//size + 1)*size, (i//size + 2)*size) if i < N_pre - size")
    I = Synapses(packet, P[:100], on_pre="y += weight", namespace=ns)
    I.connect()
    M = SpikeMonitor(P)
    Network(P, packet, S, I, M).run(120*ms)
    last = np.array(M.i) >= 900
    return {"chain": (np.array(M.i), np.array(M.t/second), 1000), "last": (np.array(M.i)[last] - 900, np.array(M.t/second)[last], 100)}


common.random_network("synfire_chain", trial, 8, {}, (0.0, 0.12), slices={"last": ["chain", 900, 1000]})
