from brian2 import *
import common

ns = dict(tau=10*ms)
source = NeuronGroup(2, "dv/dt = 1/tau : 1", threshold="v > 1", reset="v = 0", method="euler", namespace=ns)
source.v = "0.5*i"
cell = NeuronGroup(1, """dv/dt = (g - v)/tau : 1
g : 1""", method="exact", namespace=ns)
S = Synapses(source, cell, """dg_syn/dt = -g_syn/tau + x*(1 - g_syn)/tau : 1 (clock-driven)
dx/dt = -x/tau : 1 (clock-driven)
w : 1
g_post = g_syn : 1 (summed)""", on_pre="x += w", namespace=ns)
S.connect()
S.w = [1, 10]
M = SpikeMonitor(source)
run(1*second)
common.fixed_network("nonlinear_synapses", {}, {"input": M}, {"cell.v": cell.v[:], "cell.g": cell.g[:], "S.g_syn": S.g_syn[:], "S.x": S.x[:]})
