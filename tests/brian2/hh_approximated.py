from brian2 import *
import common

defaultclock.dt = 0.01*ms
stimulus = TimedArray(([0]*4 + [4] + [0]*15 + [15, 0])*uA/cm**2, dt=0.5*ms)
axon = NeuronGroup(1, """dv/dt = (stimulus(t) - 36*msiemens/cm**2*n**4*(v + 12*mV) - 120*msiemens/cm**2*m**3*h*(v - 120*mV)
  - 0.3*msiemens/cm**2*(v - 10.6*mV))/(1*uF/cm**2) : volt
dm/dt = (1/(1 + exp((25*mV - v)/(9*mV))) - m)/(0.04*ms + 0.46*ms*exp(-((27*mV - v)/(30*mV))**2)) : 1
dn/dt = (1/(1 + exp((12*mV - v)/(15*mV))) - n)/(1.1*ms + 4.7*ms*exp(-((-14*mV - v)/(50*mV))**2)) : 1
dh/dt = (1/(1 + exp((3*mV - v)/(-7*mV))) - h)/(1.2*ms + 7.4*ms*exp(-((-2*mV - v)/(20*mV))**2)) : 1""",
                   threshold="v > 50*mV", refractory="v > 50*mV", method="euler")
axon.m, axon.n, axon.h = 0.05, 0.32, 0.6
M, V = SpikeMonitor(axon), StateMonitor(axon, "v", record=True)
run(20*ms)
print(M.t[:], V.v[0].max())
common.fixed_network("hh_approximated", {}, {"axon": M}, {"axon.v": axon.v[:], "axon.n": axon.n[:]})
