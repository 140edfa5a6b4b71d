from brian2 import *
import common

G = NeuronGroup(100, "v : volt", threshold="v > -50*mV")
G.v = "(sin(2*pi*i/N) - 70)*mV"
S = Synapses(G, G, "w : volt", on_pre="v += w", namespace=dict(space_constant=200.0))
S.connect()
S.w["i > j"] = "exp(-(i - j)**2/space_constant)*mV"
M = SpikeMonitor(G)
run(1*ms)
W = S.w[:].reshape(100, 100)/volt
common.fixed_network("state_variables", {"spread": "0 mV"}, {"G": M}, {"G.v": G.v[:]},
                     results={"outgoing": [float(x) for x in W.sum(axis=1)], "incoming": [float(x) for x in W.sum(axis=0)]})
