from brian2 import *
import common

defaultclock.dt = 0.05*ms
ns = dict(C=281*pF, gL=30*nS, EL=-70.6*mV, VT=-50.4*mV, DeltaT=2*mV, Vcut=-40.4*mV, I=1*nA)
cells = NeuronGroup(3, """dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) + I - w)/C : volt
dw/dt = (a*(v - EL) - w)/tauw : amp
tauw : second
a : siemens
b : amp
Vr : volt""", threshold="v > Vcut", reset="v = Vr; w += b", method="euler", namespace=ns)
cells.v = ns["EL"]
cells.tauw = [144, 20, 144]*ms
cells.a = [4, 4, 2*281/144]*nS
cells.b = [80.5, 500, 0]*pA
cells.Vr = [-70.6, -45.4, -70.6]*mV
M = SpikeMonitor(cells)
run(300*ms)
common.fixed_network("adex", {}, {"cells": M}, {"cells.w": cells.w[:]})
