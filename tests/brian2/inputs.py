from brian2 import *
import common

ramp_up = TimedArray([0, 0.4, 0.8, 1.2, 1.6]*nA, dt=40*ms)
steps = TimedArray([[0, 1], [1, 0], [0.5, 0.5]]*nA, dt=60*ms)
cell = NeuronGroup(2, "dv/dt = (10*Mohm*(ramp_up(t) + steps(t, i)) - v)/(10*ms) : volt (unless refractory)", threshold="v > 15*mV",
                   reset="v = 0*mV", refractory=2*ms, method="exact")
given = SpikeGeneratorGroup(3, [0, 0, 0, 2, 2], [20, 30, 40, 100, 150]*ms)
A, B = SpikeMonitor(cell), SpikeMonitor(given)
run(200*ms)
common.fixed_network("inputs", {}, {"cell": A, "given": B}, {"cell.v": cell.v[:]}, also=["noise"])
