from brian2 import *
import common

lif = NeuronGroup(10, "dv/dt = (-(v + 65*mV) + 20*mV)/(10*ms) : volt", threshold="v > -50*mV", reset="v = -65*mV", method="euler")
lif.v = -65*mV
M = SpikeMonitor(lif)
run(100*ms)
common.fixed_network("lif", {}, {"lif": M}, {"lif.v": lif.v[:]})
