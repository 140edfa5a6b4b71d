from brian2 import *
import common

defaultclock.dt = 0.05*ms
cm2 = cm**2
ns = dict(C=20*uF/cm2, gL=2*msiemens/cm2, gCa=4.4*msiemens/cm2, gK=8*msiemens/cm2, VL=-60*mV, VCa=120*mV, VK=-84*mV, V1=-1.2*mV, V2=18*mV,
          V3=2*mV, V4=30*mV, phi=0.04/ms)
ml = NeuronGroup(2, """dv/dt = (I - gL*(v - VL) - gCa*m_inf*(v - VCa) - gK*w*(v - VK))/C : volt
dw/dt = phi*(w_inf - w)*cosh((v - V3)/(2*V4)) : 1
m_inf = (1 + tanh((v - V1)/V2))/2 : 1
w_inf = (1 + tanh((v - V3)/V4))/2 : 1
I : amp/meter**2""", threshold="v > 0*mV", refractory="v > 0*mV", method="rk4", namespace=ns)
ml.I = [80, 100]*uA/cm2
ml.v = -60*mV
ml.w = "w_inf"
fhn = NeuronGroup(2, """dv/dt = (v - v**3/3 - w + I)/ms : 1
dw/dt = 0.08*(v + 0.7 - 0.8*w)/ms : 1
I : 1""", threshold="v > 1", refractory="v > 1", method="rk4")
fhn.I = [0.2, 0.5]
fhn.v = -1.1994
fhn.w = -0.6243
hr = NeuronGroup(1, """dx/dt = (y - x**3 + 3*x**2 - z + 2)/ms : 1
dy/dt = (1 - 5*x**2 - y)/ms : 1
dz/dt = 0.006*(4*(x + 1.6) - z)/ms : 1""", threshold="x > 1", refractory="x > 1", method="rk4")
hr.x = -1.6
hr.y = "1 - 5*x**2"
hr.z = 2
A, B, C = SpikeMonitor(ml), SpikeMonitor(fhn), SpikeMonitor(hr)
run(500*ms)
common.fixed_network("excitability", {}, {"ml": A, "fhn": B, "hr": C}, {"ml.v": ml.v[:], "fhn.v": fhn.v[:], "fhn.w": fhn.w[:]})
