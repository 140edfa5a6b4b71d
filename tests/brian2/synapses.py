from brian2 import *
import common

found = {"connected": [], "mean_top": []}


def trial(number):
    G1 = NeuronGroup(10, "dv/dt = -v/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
    G2 = NeuronGroup(10, "dv/dt = -v/(10*ms) : 1", method="exact")
    S = Synapses(G1, G2, "dw/dt = -w/(50*ms) : 1 (event-driven)", on_pre="v += w")
    S.connect("i == j", p=0.75)
    S.delay = "1*ms + i*ms + 0.25*ms*randn()"
    S.w = 1
    M, spikes = StateMonitor(G2, "v", record=True), SpikeMonitor(G1)
    net = Network(G1, G2, S, M, spikes)
    net.run(1*ms)
    G1.v = 1.2
    net.run(20*ms)
    found["connected"].append(float(len(S)))
    found["mean_top"].append(float(M.v.max(axis=1).mean()))
    return {"G1": (np.array(spikes.i), np.array(spikes.t/second), 10)}


common.random_network("synapses", trial, 40, {}, (0.0, 0.02), results=found, compared=40)
