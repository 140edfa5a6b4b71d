from brian2 import *
import common

defaultclock.dt = 0.05*ms
cell = NeuronGroup(3, """dv/dt = (-65*mV - v + 1.5*m*h*(60*mV - v) + amplitude*int(20*ms <= t and t < 60*ms))/(10*ms) : volt
dm/dt = (1/(1 + exp((-45*mV - v)/(4*mV))) - m)/(1*ms) : 1
dh/dt = (1/(1 + exp((-50*mV - v)/(-6*mV))) - h)/(30*ms) : 1
amplitude = 10*mV*(i + 1) : volt""", method="rk4")
cell.v = -65*mV
cell.h = 1
run(150*ms)
common.fixed_network("functions", {}, {}, {"cell.v": cell.v[:], "cell.m": cell.m[:], "cell.h": cell.h[:]})
