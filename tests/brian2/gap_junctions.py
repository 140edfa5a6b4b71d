from brian2 import *
import common

cells = NeuronGroup(10, """dv/dt = (v_0 - v + I_gap)/tau : 1
I_gap : 1""", threshold="v > 1", reset="v = 0", method="exact", namespace=dict(v_0=1.05, tau=10*ms))
cells.v = "i/10.0"
gaps = Synapses(cells, cells, "I_gap_post = w*(v_pre - v_post) : 1 (summed)", namespace=dict(w=0.02))
gaps.connect()
M = SpikeMonitor(cells)
run(500*ms)
common.fixed_network("gap_junctions", {}, {"cells": M}, {"cells.v": cells.v[:], "cells.I_gap": cells.I_gap[:]})
