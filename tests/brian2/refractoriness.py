from brian2 import *
import common

fixed = NeuronGroup(3, "dv/dt = (20*mV - v)/(10*ms) : volt (unless refractory)", threshold="v > 10*mV", reset="v = 0*mV",
                    refractory=5*ms, method="exact")
variable = NeuronGroup(3, """dv/dt = (20*mV - v)/(10*ms) : volt (unless refractory)
pause : second""", threshold="v > 10*mV", reset="v = 0*mV; pause += 0.5*ms", refractory="pause", method="exact")
variable.pause = "2*ms + 3*ms*i"
sine = NeuronGroup(1, "v = 15*mV*sin(2*pi*50*Hz*t) : volt", threshold="v > 10*mV", refractory="v > 10*mV")
A, B, C = SpikeMonitor(fixed), SpikeMonitor(variable), SpikeMonitor(sine)
run(200*ms)
common.fixed_network("refractoriness", {}, {"fixed": A, "variable": B, "sine": C}, {"fixed.v": fixed.v[:], "variable.pause": variable.pause[:]})
