from brian2 import *
import common

defaultclock.dt = 0.02*ms
ns = dict(C=1*uF/cm**2, gNa=120*msiemens/cm**2, gK=36*msiemens/cm**2, gL=0.3*msiemens/cm**2, ENa=50*mV, EK=-77*mV, EL=-54.387*mV)
axon = NeuronGroup(20, """dv/dt = (I - gNa*m**3*h*(v - ENa) - gK*n**4*(v - EK) - gL*(v - EL))/C : volt
dm/dt = alpha_m*(1 - m) - beta_m*m : 1
dh/dt = alpha_h*(1 - h) - beta_h*h : 1
dn/dt = alpha_n*(1 - n) - beta_n*n : 1
alpha_m = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
beta_m = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
alpha_h = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
beta_h = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
alpha_n = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
beta_n = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
I : amp/meter**2""", threshold="v > 0*mV", refractory="v > 0*mV", method="exponential_euler", namespace=ns)
axon.I = arange(20)*uA/cm**2
axon.v = -65*mV
axon.m = "alpha_m/(alpha_m + beta_m)"
axon.h = "alpha_h/(alpha_h + beta_h)"
axon.n = "alpha_n/(alpha_n + beta_n)"
M = SpikeMonitor(axon)
run(200*ms)
common.fixed_network("hodgkin_huxley", {}, {"axon": M}, {"axon.v": axon.v[:], "axon.n": axon.n[:]})
