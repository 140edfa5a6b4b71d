from brian2 import *
import common

defaultclock.dt = 0.05*ms
per = cm**-2
ns = dict(gNa=35*msiemens*per, gK=9*msiemens*per, gL=0.1*msiemens*per, C=1*ufarad*per, ENa=55*mV, EK=-90*mV, EL=-65*mV, phi=5,
          g_syn=0.1*msiemens*per, E_syn=-75*mV, I_app=1*uamp*per)
cells = NeuronGroup(10, """dv/dt = (I - gNa*m_inf**3*h*(v - ENa) - gK*n**4*(v - EK) - gL*(v - EL))/C : volt
dh/dt = phi*(alpha_h*(1 - h) - beta_h*h) : 1
dn/dt = phi*(alpha_n*(1 - n) - beta_n*n) : 1
ds/dt = 12/ms/(1 + exp(-v/(2*mV)))*(1 - s) - 0.1/ms*s : 1
m_inf = alpha_m/(alpha_m + beta_m) : 1
alpha_m = 1/exprel(-(v + 35*mV)/(10*mV))/ms : hertz
beta_m = 4*exp(-(v + 60*mV)/(18*mV))/ms : hertz
alpha_h = 0.07*exp(-(v + 58*mV)/(20*mV))/ms : hertz
beta_h = 1/(1 + exp(-(v + 28*mV)/(10*mV)))/ms : hertz
alpha_n = 0.1/exprel(-(v + 34*mV)/(10*mV))/ms : hertz
beta_n = 0.125*exp(-(v + 44*mV)/(80*mV))/ms : hertz
I = I_app - g_syn*S*(v - E_syn) : amp/metre**2
S : 1""", threshold="v > 0*mV", refractory="v > 0*mV", method="rk4", namespace=ns)
cells.v = "-70*mV + 2*mV*i"
cells.h = "alpha_h/(alpha_h + beta_h)"
cells.n = "alpha_n/(alpha_n + beta_n)"
inhibition = Synapses(cells, cells, "S_post = s_pre/N_pre : 1 (summed)")
inhibition.connect()
M = SpikeMonitor(cells)
run(300*ms)
common.fixed_network("wang_buzsaki_1996", {"N": "10", "duration": "300 ms"}, {"cells": M}, {"cells.v": cells.v[:]/volt})
