from brian2 import *
import common


def trial(number):
    source = NeuronGroup(1, "dx/dt = -x/(5*ms) + sqrt(2/(5*ms))*xi : 1", method="euler")
    cells = NeuronGroup(25, """dx/dt = (0.9 + 0.5*I - x)/(10*ms) + 0.015*sqrt(2/(10*ms))*xi : 1
I : 1 (linked)""", threshold="x > 1", reset="x = 0", refractory=5*ms, method="euler")
    cells.x = "rand()"
    cells.I = linked_var(source, "x")
    M = SpikeMonitor(cells)
    Network(source, cells, M).run(500*ms)
    return {"cells": (np.array(M.i), np.array(M.t/second), 25)}


common.random_network("reliability", trial, 40, {}, (0.1, 0.5), compared=12)
