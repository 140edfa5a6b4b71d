from brian2 import *
import common

cell = NeuronGroup(10, "dv/dt = (I - v)/tau : 1", threshold="v > 1", reset="v = 0", method="exact", namespace=dict(tau=10*ms, I=1.5))
cell.v = "i/10.0"
M = SpikeMonitor(cell)


@network_operation(dt=1*ms)
def check():
    if M.num_spikes >= 20:
        stop()


run(100*ms)
common.fixed_network("stop_at_spikes", {}, {"cell": M}, {})
