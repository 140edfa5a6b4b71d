from brian2 import *
import common

cells = NeuronGroup(5, """dv/dt = (0.04/mV*v**2 + 5*v + 140*mV - u + 10*mV)/ms : volt
du/dt = a*(b*v - u) : volt
a : hertz
b : 1
c : volt
d : volt""", threshold="v >= 30*mV", reset="v = c; u += d", method="euler")
cells.a = [0.02, 0.02, 0.02, 0.1, 0.02]/ms
cells.b = [0.2, 0.2, 0.2, 0.2, 0.25]
cells.c = [-65, -55, -50, -65, -65]*mV
cells.d = [8, 4, 2, 2, 2]*mV
cells.v = "c"
cells.u = "b*v"
M = SpikeMonitor(cells)
run(200*ms)
common.fixed_network("firing_patterns", {}, {"cells": M})
