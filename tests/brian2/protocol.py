from brian2 import *
import common

cell = NeuronGroup(4, """dv/dt = (I - v)/(10*ms) : volt
I : volt""", threshold="v > 10*mV", reset="v = 0*mV", method="exact")
cell.I = 8*mV
M = SpikeMonitor(cell)
run(50*ms)
cell.I = 15*mV
run(50*ms)
cell.I[0:2] = "8*mV + 12*mV*i"
store("halfway")
run(50*ms)
restore("halfway")
cell.v["v > 5*mV"] = 0*mV
run(50*ms)
common.fixed_network("protocol", {}, {"cell": M}, {"cell.v": cell.v[:]})
