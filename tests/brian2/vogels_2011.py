from brian2 import *
import common

ns = dict(tau_ampa=5*ms, tau_gaba=10*ms, tau_stdp=20*ms, alpha=2*3*Hz*20*ms, g_max=100, g_l=10*nS, E_l=-60*mV, E_i=-80*mV, V_t=-50*mV, C=200*pF,
          I_b=200*pA)
SIZE, E = 1000, 800


def trial(number):
    G = NeuronGroup(SIZE, """dv/dt = (g_l*(E_l - v) - (g_ampa*v + g_gaba*(v - E_i)) + I_b)/C : volt (unless refractory)
dg_ampa/dt = -g_ampa/tau_ampa : siemens
dg_gaba/dt = -g_gaba/tau_gaba : siemens""", threshold="v > V_t", reset="v = E_l", refractory=5*ms, method="euler", namespace=ns)
    G.v = "E_l + 5*mV*randn()"
    A = Synapses(G[:E], G, on_pre="g_ampa += 0.3*nS", namespace=ns)
    A.connect(p=0.1)
    B = Synapses(G[E:], G[E:], on_pre="g_gaba += 3*nS", namespace=ns)
    B.connect(p=0.1)
    P = Synapses(G[E:], G[:E], """w : 1
dApre/dt = -Apre/tau_stdp : 1 (event-driven)
dApost/dt = -Apost/tau_stdp : 1 (event-driven)""",
                 on_pre="Apre += 1; w = clip(w + (Apost - alpha)*eta, 0, g_max); g_gaba += w*nS",
                 on_post="Apost += 1; w = clip(w + Apre*eta, 0, g_max)", namespace=ns)
    P.connect(p=0.1)
    P.w = 1e-10
    M = SpikeMonitor(G)
    net = Network(G, A, B, P, M)
    net.run(200*ms, namespace={"eta": 0})
    net.run(2*second, namespace={"eta": 1e-1})
    e = np.array(M.i) < E
    return {"exc": (np.array(M.i)[e], np.array(M.t/second)[e], E), "inh": (np.array(M.i)[~e] - E, np.array(M.t/second)[~e], SIZE - E)}


common.random_network("vogels_2011", trial, 5, {"N": "1000", "epsilon": "0.1", "before": "200 ms", "after": "2 second", "eta_on": "0.1"}, (1.2, 2.2))
