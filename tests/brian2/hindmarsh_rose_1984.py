from brian2 import *
import common

cell = NeuronGroup(3, """dx/dt = (y - x**3 + 3*x**2 + I - z)/ms : 1
dy/dt = (1 - 5*x**2 - y)/ms : 1
dz/dt = 0.001*(4*(x + 1.6) - z)/ms : 1
I : 1""", threshold="x > 1", refractory="x > 1", method="rk4")
cell.x = -1.6
cell.y = "1 - 5*x**2"
cell.I = [0.4, 2, 4]
M = SpikeMonitor(cell)
run(2100*ms)
print(M.count[:])
common.fixed_network("hindmarsh_rose_1984", {}, {"cell": M}, {"cell.x": cell.x[:], "cell.z": cell.z[:]})
