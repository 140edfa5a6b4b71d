from brian2 import *
import common

g_max = 0.01
up, down = 0.01*g_max, -1.05*0.01*g_max
source = SpikeGeneratorGroup(2, [0]*6 + [1]*6, [500, 1000, 1510, 3500, 4000, 4510, 550, 1010, 1500, 3550, 4010, 4500]*ms)
reward = SpikeGeneratorGroup(1, [0, 0, 0], [3520, 4020, 4520]*ms)
cells = NeuronGroup(2, """dv/dt = (ge*(0*mV - v) - 74*mV - v)/(10*ms) : volt
dge/dt = -ge/(5*ms) : 1""", threshold="v > -54*mV", reset="v = -60*mV", method="euler")
cells.v = -60*mV
kick = Synapses(source, cells, on_pre="v += 100*mV")
kick.connect(j="i")
S = Synapses(cells, cells, """dc/dt = -c/second : 1 (clock-driven)
dd/dt = -d/(200*ms) : 1 (clock-driven)
ds/dt = rewarded*c*d/ms : 1 (clock-driven)
dfirst/dt = -first/(20*ms) : 1 (event-driven)
dsecond_/dt = -second_/(20*ms) : 1 (event-driven)
rewarded : 1""", on_pre="""ge += s
first += up
c = clip(c + rewarded*second_, -g_max, g_max)
s = clip(s + (1 - rewarded)*second_, -g_max, g_max)""", on_post="""second_ += down
c = clip(c + rewarded*first, -g_max, g_max)
s = clip(s + (1 - rewarded)*first, -g_max, g_max)""", method="euler")
S.connect(i=0, j=1)
S.s = 1e-10
S.c = 1e-10
dopamine = Synapses(reward, S, on_pre="d_post += 0.005")
dopamine.connect()
M = SpikeMonitor(cells)
run(3*second)
classical = S.s[0]/g_max
S.rewarded = 1
run(3*second)
print(classical, S.s[0]/g_max)
common.fixed_network("izhikevich_2007", {}, {"cells": M}, {"S.s": S.s[:], "S.c": S.c[:], "S.d": S.d[:]},
                     results={"classical": [float(classical)], "with_reward": [float(S.s[0]/g_max)]})
