from brian2 import *
import common

ns = dict(El=-67*mV, EK=-100*mV, ENa=50*mV, gl=0.1*msiemens, gK=80*msiemens, gNa=100*msiemens, C=1*ufarad, weight=0.25, gSyn=1*msiemens,
          tau_d=2*ms, tau_r=0.2*ms)
cell = NeuronGroup(2, """dvm/dt = (I + gNa*m**3*h*(ENa - vm) + gl*(El - vm) + gK*n**4*(EK - vm) - gSyn*s_in*vm)/C : volt
dm/dt = alpham*(1 - m) - betam*m : 1
dn/dt = alphan*(1 - n) - betan*n : 1
dh/dt = alphah*(1 - h) - betah*h : 1
ds/dt = 0.5*(1 + tanh(0.1*vm/mV))*(1 - s)/tau_r - s/tau_d : 1
s_in : 1
I : amp
alphah = 0.128*exp(-(vm + 50*mV)/(18*mV))/ms : Hz
alpham = 0.32/mV*(vm + 54*mV)/(1 - exp(-(vm + 54*mV)/(4*mV)))/ms : Hz
alphan = 0.032/mV*(vm + 52*mV)/(1 - exp(-(vm + 52*mV)/(5*mV)))/ms : Hz
betah = 4/(1 + exp(-(vm + 27*mV)/(5*mV)))/ms : Hz
betam = 0.28/mV*(vm + 27*mV)/(exp((vm + 27*mV)/(5*mV)) - 1)/ms : Hz
betan = 0.5*exp(-(vm + 57*mV)/(40*mV))/ms : Hz""", threshold="vm > 0*mV", refractory="vm > 0*mV", method="exponential_euler", namespace=ns)
cell.vm = [-70, -65]*mV
cell.m = "alpham/(alpham + betam)"
cell.h = "alphah/(alphah + betah)"
cell.n = "alphan/(alphan + betan)"
cell.I = [1.5, 0]*uA
S = Synapses(cell, cell, "s_in_post = weight*s_pre : 1 (summed)", namespace=ns)
S.connect(i=0, j=1)
M = SpikeMonitor(cell)
run(100*ms)
common.fixed_network("continuous_interaction", {}, {"cell": M}, {"cell.vm": cell.vm[:], "cell.s": cell.s[:]})
