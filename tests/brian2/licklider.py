from brian2 import *
import common

defaultclock.dt = 0.02*ms


def trial(number):
    ears = NeuronGroup(2, """dx/dt = (sound - x)/(1*ms) + 0.1*sqrt(2/(1*ms))*xi : 1 (unless refractory)
sound = 5*sin(2*pi*frequency*t)**3 : 1
frequency = 200*Hz + 200*Hz*t/second : Hz""", threshold="x > 1", reset="x = 0", refractory=2*ms, method="euler")
    detectors = NeuronGroup(300, """dv/dt = -v/(1*ms) + 0.1*sqrt(2/(1*ms))*xi : 1
best : Hz""", threshold="v > 1", reset="v = 0", method="euler")
    detectors.best = "50*Hz*exp(i/(N - 1.0)*log(20.0))"
    S = Synapses(ears, detectors, on_pre="v += 0.5")
    S.connect()
    S.delay = "i/best_post"
    E, M = SpikeMonitor(ears), SpikeMonitor(detectors)
    Network(ears, detectors, S, E, M).run(200*ms)
    return {"ears": (np.array(E.i), np.array(E.t/second), 2), "detectors": (np.array(M.i), np.array(M.t/second), 300)}


common.random_network("licklider", trial, 8, {"duration": "200 ms"}, (0.05, 0.2), compared=4)
