from brian2 import *
import common


def trial(number):
    w_e = 0.5*mV/(5/3)**(5/(3 - 5))
    w_i = -4000*w_e*3/(1000*10)
    cells = NeuronGroup(2, """dv/dt = (ge + gi - (v + 65*mV))/(5*ms) : volt
dge/dt = -ge/(3*ms) : volt
dgi/dt = -gi/(10*ms) : volt""", threshold="v > -55*mV", reset="v = -65*mV", refractory=5*ms, method="exact")
    cells.v = -65*mV
    inputs = [PoissonInput(cells[0:1], "ge", 4000, 1*Hz, w_e), PoissonInput(cells[0:1], "gi", 1000, 1*Hz, w_i),
              PoissonInput(cells[1:2], "ge", 4000, 1*Hz - 15/4000*40*Hz, w_e), PoissonInput(cells[1:2], "gi", 1000, 1*Hz, w_i),
              PoissonInput(cells[1:2], "ge", 1, 40*Hz, 15*w_e)]
    M = SpikeMonitor(cells)
    Network(cells, M, *inputs).run(1*second)
    i, t = np.array(M.i), np.array(M.t/second)
    return {"independent": (i[i == 0], t[i == 0], 1), "coincident": (i[i == 1]*0, t[i == 1], 1)}


common.random_network("rossant_2011", trial, 20, {"duration": "1 second"}, (0.0, 1.0), compared=8, slices={"independent": ["cells", 0, 1], "coincident": ["cells", 1, 2]})
