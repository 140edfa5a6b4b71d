from brian2 import *
import common

cells = NeuronGroup(2, """dv/dt = (30*nS*(-70*mV - v) + g*(0*mV - v))/(300*pF) : volt
dlow1/dt = (v - low1)/(40*ms) : volt
dlow2/dt = (v - low2)/(30*ms) : volt
dg/dt = -g/(2*ms) : siemens
dx/dt = -x/(15*ms) : 1""", threshold="v > -55*mV", reset="v = -70*mV; x += 1.0/15; low1 += 10*mV; low2 += 10*mV", method="euler")
S = Synapses(cells, cells, "w : 1", on_pre="""g += w*0.5*nS
w = clip(w - 1.5e-4*clip(low1_post + 70*mV, 0*mV, inf*mV)/mV, 0, 1)""",
             on_post="w = clip(w + 1.5e-2*x_pre*clip(low2_post + 80*mV, 0*mV, inf*mV)/mV, 0, 1)")
S.connect("i != j")
forward, backward = [], []
for rate in (1, 5, 10, 15, 20, 30, 50):
    cells.v = cells.low1 = cells.low2 = -70*mV
    cells.g = 0*nS
    cells.x = 0
    S.w = 0.5
    for pair in range(15):
        cells.v[0] = -54*mV
        run(10*ms)
        cells.v[1] = -54*mV
        run(1*second/rate - 10*ms)
    forward.append(float(S.w[0]/0.5))
    backward.append(float(S.w[1]/0.5))
print(forward, backward)
common.fixed_network("clopath_2010", {}, {}, {}, results={"forward": forward, "backward": backward})
