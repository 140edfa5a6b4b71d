from brian2 import *
import common

cell = NeuronGroup(40, """dv/dt = (-v + a + 2*sin(2*pi*t/tau))/tau : 1
a : 1""", threshold="v > 1", reset="v = 0", method="euler", namespace=dict(tau=100*ms))
cell.a = "2 + 2.0*i/(N - 1)"
M = SpikeMonitor(cell)
run(2*second)
late = M.t >= 1*second
turns = np.bincount(M.i[late], minlength=40)/1.0*0.1
common.fixed_network("brette_2004", {"N": "40", "settle": "1 second", "count": "1 second"}, {"cell": M}, {"cell.v": cell.v[:]},
                     results={"turns": [float(x) for x in turns]})
