from brian2 import *
import common

ns = dict(C=281*pF, gL=30*nS, EL=-70.6*mV, VT=-50.4*mV, DeltaT=2*mV, Vcut=-40.4*mV)
cell = NeuronGroup(3, """dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) + I - w)/C : volt
dw/dt = (a*(v - EL) - w)/tauw : amp
I : amp
tauw : second
a : siemens
b : amp
Vr : volt""", threshold="v > Vcut", reset="v = Vr; w += b", method="euler", namespace=ns)
cell.v = "EL"
cell.tauw = [144, 20, 144]*ms
cell.a = [4, 4, 2*281/144]*nS
cell.b = [0.0805, 0.5, 0]*nA
cell.Vr = [-70.6, -45.4, -70.6]*mV
M = SpikeMonitor(cell)
run(20*ms)
cell.I = 1*nA
run(100*ms)
cell.I = 0*nA
run(20*ms)
common.fixed_network("brette_gerstner_2005", {}, {"cell": M}, {"cell.v": cell.v[:], "cell.w": cell.w[:]})
