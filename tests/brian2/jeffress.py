from brian2 import *
import common

defaultclock.dt = 0.02*ms
max_delay = 20*cm/(300*metre/second)
tones = " + ".join(f"sin(2*pi*{f}*Hz*(t - lag) + {k})" for k, f in enumerate([431, 577, 739, 1013]))
ears = NeuronGroup(2, f"""dx/dt = (4*({tones}) - x)/(1*ms) : 1 (unless refractory)
dangle/dt = 2*pi*radian/second : radian
lag = distance*sin(angle) : second
distance : second""", threshold="x > 1", reset="x = 0", refractory=2.5*ms, method="euler")
ears.distance = "(i - 0.5)*max_delay"
detectors = NeuronGroup(30, "dv/dt = -v/(1*ms) : 1", threshold="v > 1", reset="v = 0", method="euler")
lines = Synapses(ears, detectors, on_pre="v += 0.53")
lines.connect()
lines.delay["i==0"] = "1.1*max_delay*j/(N_post - 1)"
lines.delay["i==1"] = "1.1*max_delay*(N_post - j - 1)/(N_post - 1)"
E_, D = SpikeMonitor(ears), SpikeMonitor(detectors)
run(200*ms)
common.fixed_network("jeffress", {"duration": "200 ms"}, {"ears": E_, "detectors": D}, {"detectors.v": detectors.v[:]})
