from brian2 import *
import common


def trial(number):
    cells = NeuronGroup(40, """dv/dt = (I - v)/(10*ms) + 2*mV*sqrt(2/(10*ms))*xi : volt
I : volt""", threshold="v > 10*mV", reset="v = 0*mV", method="euler")
    cells.I = 9*mV
    cells.v = "10*mV*rand()"
    cells[20:].I = 14*mV
    M = SpikeMonitor(cells)
    Network(cells, M).run(300*ms)
    i, t = np.array(M.i), np.array(M.t/second)
    return {"quiet": (i[i < 20], t[i < 20], 20), "driven": (i[i >= 20] - 20, t[i >= 20], 20)}


common.random_network("subgroups", trial, 12, {}, (0.05, 0.3), compared=4, slices={"quiet": ["cells", 0, 20], "driven": ["cells", 20, 40]})
