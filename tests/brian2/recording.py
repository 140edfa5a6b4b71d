from brian2 import *
import common


def trial(number):
    cells = NeuronGroup(50, """dv/dt = (12*mV - u - v)/(10*ms) + 1.5*mV*sqrt(2/(10*ms))*xi : volt
du/dt = -u/(100*ms) : volt""", threshold="v > 10*mV", reset="v = 0*mV; u += 1*mV", method="euler")
    M = SpikeMonitor(cells)
    Network(cells, M).run(500*ms)
    return {"cells": (np.array(M.i), np.array(M.t/second), 50)}


common.random_network("recording", trial, 12, {}, (0.1, 0.5), compared=4)
