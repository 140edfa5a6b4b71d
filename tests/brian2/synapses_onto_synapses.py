from brian2 import *
import common

times = np.arange(10, 200, 20)*ms
source = SpikeGeneratorGroup(2, np.repeat([0, 1], 10), np.tile(times, 2))
modulator = SpikeGeneratorGroup(2, [0, 0, 0, 1, 1, 1], [45, 55, 65, 45, 85, 125]*ms)
cells = NeuronGroup(2, "dv/dt = -v/(20*ms) : volt", threshold="v > 10*mV", reset="v = 0*mV", method="exact")
main = Synapses(source, cells, "dw/dt = (4*mV - w)/(100*ms) : volt (clock-driven)", on_pre="v += w", delay=1*ms, method="exact")
main.connect(j="i")
main.w = 4*mV
gate = Synapses(modulator, main, "factor : 1", on_pre="w_post *= factor")
gate.connect(j="i")
gate.factor = "0.5*int(i == 0) + 2*int(i == 1)"
M = SpikeMonitor(cells)
run(200*ms)
common.fixed_network("synapses_onto_synapses", {}, {"cells": M}, {"cells.v": cells.v[:]/volt, "main.w": main.w[:]/volt})
