from brian2 import *
import common

drives, jumps = linspace(8, 30, 12)*mV, [0, 0.5, 1, 2]*mV
cells = NeuronGroup(48, """dv/dt = (drive - w - v)/(10*ms) : volt
dw/dt = -w/(100*ms) : volt
drive : volt
b : volt""", threshold="v > 10*mV", reset="v = 0*mV; w += b", method="exact")
cells.drive = tile(drives/volt, 4)*volt
cells.b = repeat(jumps/volt, 12)*volt
M = SpikeMonitor(cells)
run(400*ms)
late = np.bincount(M.i[M.t >= 200*ms - 1*us], minlength=48)/0.2
common.fixed_network("parameter_map", {}, {}, {}, results={"rate": [float(x) for x in late]})
