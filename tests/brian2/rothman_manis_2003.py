from brian2 import *
import common


def opens(half, slope):
    return f"(1/(1 + exp(-(u - ({half}))/({slope}))))"


cells = NeuronGroup(5, f"""dv/dt = (I - 2*nS*(v + 65*mV) - 1000*nS*m**3*h*(v - 50*mV) - g_ht*(0.85*n**2 + 0.15*p)*(v + 70*mV)
  - g_lt*w**4*z*(v + 70*mV) - g_a*a**4*b*c*(v + 70*mV) - g_h*r*(v + 43*mV))/(12*pF) : volt
u = v/mV : 1
dm/dt = ({opens(-38, 7)} - m)/((10/(5*exp((u + 60)/18) + 36*exp(-(u + 60)/25)) + 0.04)*ms) : 1
dh/dt = ({opens(-65, -6)} - h)/((100/(7*exp((u + 60)/11) + 10*exp(-(u + 60)/25)) + 0.6)*ms) : 1
dn/dt = ({opens(-15, 5)}**0.5 - n)/((100/(11*exp((u + 60)/24) + 21*exp(-(u + 60)/23)) + 0.7)*ms) : 1
dp/dt = ({opens(-23, 6)} - p)/((100/(4*exp((u + 60)/32) + 5*exp(-(u + 60)/22)) + 5)*ms) : 1
dw/dt = ({opens(-48, 6)}**0.25 - w)/((100/(6*exp((u + 60)/6) + 16*exp(-(u + 60)/45)) + 1.5)*ms) : 1
dz/dt = (0.5 + 0.5*{opens(-71, -10)} - z)/((1000/(exp((u + 60)/20) + exp(-(u + 60)/8)) + 50)*ms) : 1
da/dt = ({opens(-31, 6)}**0.25 - a)/((100/(7*exp((u + 60)/14) + 29*exp(-(u + 60)/24)) + 0.1)*ms) : 1
db/dt = ({opens(-66, -7)}**0.5 - b)/((1000/(14*exp((u + 60)/27) + 29*exp(-(u + 60)/24)) + 1)*ms) : 1
dc/dt = ({opens(-66, -7)}**0.5 - c)/((90*{opens(-66, 17)} + 10)*ms) : 1
dr/dt = ({opens(-76, -7)} - r)/((100000/(237*exp((u + 60)/12) + 17*exp(-(u + 60)/14)) + 25)*ms) : 1
g_ht : siemens
g_lt : siemens
g_a : siemens
g_h : siemens
I : amp""", threshold="v > -20*mV", refractory="v > -20*mV", method="exponential_euler")
cells.v = -65*mV
cells.g_ht = [150, 80, 150, 150, 150]*nS
cells.g_lt = [0, 0, 20, 35, 200]*nS
cells.g_a = [0, 65, 0, 0, 0]*nS
cells.g_h = [0.5, 0.5, 2, 3.5, 20]*nS
M = SpikeMonitor(cells)
run(50*ms)
before = np.array(M.count)
cells.I = 300*pA
run(100*ms)
print("before", before, "step", np.array(M.count) - before)
common.fixed_network("rothman_manis_2003", {}, {"cells": M}, {"cells.v": cells.v[:], "cells.w": cells.w[:]})
