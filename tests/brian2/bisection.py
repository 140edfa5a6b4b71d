from brian2 import *
import common

defaultclock.dt = 0.01*ms
cells = NeuronGroup(100, """dv/dt = (0.3*msiemens/cm**2*(10.613*mV - v) + gNa*m**3*h*(115*mV - v) + 36*msiemens/cm**2*n**4*(-12*mV - v))/(1*uF/cm**2) : volt
dm/dt = a_m*(1 - m) - b_m*m : 1
dn/dt = a_n*(1 - n) - b_n*n : 1
dh/dt = a_h*(1 - h) - b_h*h : 1
a_m = 1/exprel((25*mV - v)/(10*mV))/ms : Hz
b_m = 4*exp(-v/(18*mV))/ms : Hz
a_h = 0.07*exp(-v/(20*mV))/ms : Hz
b_h = 1/(exp((30*mV - v)/(10*mV)) + 1)/ms : Hz
a_n = 0.1/exprel((10*mV - v)/(10*mV))/ms : Hz
b_n = 0.125*exp(-v/(80*mV))/ms : Hz
gNa : siemens/meter**2""", threshold="v > 50*mV", refractory="v > 50*mV", method="exponential_euler")
cells.gNa = "15*msiemens/cm**2 + 85*msiemens/cm**2*i/N"
cells.m = "1/(1 + b_m/a_m)"
cells.n = "1/(1 + b_n/a_n)"
cells.h = "1/(1 + b_h/a_h)"
M = SpikeMonitor(cells)
store("rest")
guess, correction = 25e-3*np.ones(100), 25e-3
for k in range(10):
    restore("rest")
    cells.v = guess*volt
    run(20*ms)
    guess = guess + np.where(np.array(M.count) > 0, -correction, correction)
    correction /= 2
print(guess[[0, 50, 99]])
common.fixed_network("bisection", {}, {}, {}, results={"guess": [float(x) for x in guess]})
