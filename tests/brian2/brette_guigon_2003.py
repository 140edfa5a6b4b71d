from brian2 import *
import common


def trial(number):
    ns = dict(tau=33*ms, tau_x=20*ms, sigma=0.02)
    I = NeuronGroup(1, "dx/dt = -x/tau_x + sqrt(2/tau_x)*xi : 1", method="euler", namespace=ns)
    G = NeuronGroup(500, """dv/dt = (v*I + 1)/tau + sigma*sqrt(2/tau)*xi : 1
I = 0.5 + 3*p*B : 1
B = 2/(1 + exp(-2*x)) - 1 : 1 (shared)
p : 1
x : 1 (linked)""", threshold="v > 1", reset="v = 0", method="euler", namespace=ns)
    G.p = "1.0*i/N"
    G.v = "rand()"
    G.x = linked_var(I, "x")
    M = SpikeMonitor(G)
    Network(I, G, M).run(1*second)
    i, t = np.array(M.i), np.array(M.t/second)
    low, high = i < 100, i >= 400
    return {"weakly": (i[low], t[low], 100), "strongly": (i[high] - 400, t[high], 100)}


common.random_network("brette_guigon_2003", trial, 12, {}, (0.0, 1.0), slices={"weakly": ["cells", 0, 100], "strongly": ["cells", 400, 500]})
