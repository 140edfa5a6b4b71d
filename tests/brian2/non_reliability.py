from brian2 import *
import common

ns = dict(tau=20*ms, sigma=0.015)
scatter = {"scatter_first": [], "scatter_fifth": []}


def trial(number):
    G = NeuronGroup(25, "dx/dt = (1.1 - x)/tau + sigma*sqrt(2/tau)*xi : 1 (unless refractory)", threshold="x > 1", reset="x = 0",
                    refractory=5*ms, method="euler", namespace=ns)
    M = SpikeMonitor(G)
    run(500*ms, namespace={})
    trains = M.spike_trains()
    for name, k in (("scatter_first", 0), ("scatter_fifth", 4)):
        scatter[name].append(float(np.std([trains[i][k]/second for i in range(25)])))
    return {"trial": (np.array(M.i), np.array(M.t/second), 25)}


common.random_network("non_reliability", trial, 10, {}, (0.0, 0.5), results=scatter)
