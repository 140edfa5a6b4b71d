from brian2 import *
import common

defaultclock.dt = 0.01*ms
ns = dict(C=281*pF, gL=30*nS, EL=-70.6*mV, VT=-50.4*mV, DeltaT=2*mV)
cells = NeuronGroup(20, """dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) + 0.8*nA - w)/C : volt
dw/dt = (4*nS*(v - EL) - w)/(40*ms) : amp
Vr : volt
w_at : amp""", threshold="v > VT + 5*DeltaT", reset="w_at = w; v = Vr; w += 0.08*nA", method="euler", namespace=ns)
cells.v = -70.6*mV
cells.Vr = "-48.3*mV + 0.6*mV*i/(N - 1)"
M = SpikeMonitor(cells)
run(200*ms)
common.fixed_network("touboul_brette_2008", {"N": "20", "settle": "100 ms", "samples": "5"}, {"cells": M})
