from brian2 import *
import common

area = 20000*um**2
ns = dict(C=1*uF/cm**2*area, g_l=50*uS/cm**2*area, g_na=100*msiemens/cm**2*area, g_kd=30*msiemens/cm**2*area, E_l=-65*mV, E_k=-90*mV,
          E_na=50*mV, V_T=-63*mV)
cells = NeuronGroup(100, """dv/dt = (g_l*(E_l - v) - g_na*m**3*h*(v - E_na) - g_kd*n**4*(v - E_k) + I)/C : volt
dm/dt = 1.28/exprel((13*mV - v + V_T)/(4*mV))/ms*(1 - m) - 1.4/exprel((v - V_T - 40*mV)/(5*mV))/ms*m : 1
dn/dt = 0.16/exprel((15*mV - v + V_T)/(5*mV))/ms*(1 - n) - 0.5*exp((10*mV - v + V_T)/(40*mV))/ms*n : 1
dh/dt = 0.128*exp((17*mV - v + V_T)/(18*mV))/ms*(1 - h) - 4/(1 + exp((40*mV - v + V_T)/(5*mV)))/ms*h : 1
I : amp""", threshold="v > -40*mV", refractory="v > -40*mV", method="exponential_euler", namespace=ns)
cells.v = -65*mV
cells.I = "0.7*nA*i/N"
M = SpikeMonitor(cells)
run(0.5*second)
rates = M.count/(0.5*second)/Hz
print(rates[[20, 50, 99]], min(cells.I[M.count > 2]))
common.fixed_network("if_curve_hodgkin_huxley", {"duration": "500 ms"}, {"cells": M})
