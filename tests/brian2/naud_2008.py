from brian2 import *
import common

cells = NeuronGroup(8, """dv/dt = (g_l*(e_l - v) + g_l*2*mV*exp((v + 50*mV)/(2*mV)) + I - w)/c_m : volt
dw/dt = (a*(v - e_l) - w)/tau_w : amp
c_m : farad
g_l : siemens
e_l : volt
a : siemens
tau_w : second
b : amp
v_r : volt
I : amp""", threshold="v > 0*mV", reset="v = v_r; w += b", method="euler")
cells.c_m = [200, 200, 130, 200, 200, 100, 100, 100]*pF
cells.g_l = [10, 12, 18, 10, 12, 10, 10, 12]*nS
cells.e_l = [-70, -70, -58, -58, -70, -65, -65, -60]*mV
cells.a = [2, 2, 4, 2, -10, -10, 10, -11]*nS
cells.tau_w = [30, 300, 150, 120, 300, 90, 90, 130]*ms
cells.b = [0, 60, 120, 100, 0, 30, 100, 30]*pA
cells.v_r = [-58, -58, -50, -46, -58, -47, -47, -48]*mV
cells.I = [500, 500, 400, 210, 300, 110, 180, 160]*pA
cells.v = "e_l"
M = SpikeMonitor(cells)
run(350*ms)
print(M.count[:])
common.fixed_network("naud_2008", {"duration": "350 ms"}, {"cells": M})
