from brian2 import *
import common


def trial(number):
    G = NeuronGroup(3, """dv/dt = (drive - v)/(10*ms) + 1*mV*sqrt(2/(10*ms))*xi : volt (unless refractory)
dvt/dt = (10*mV - vt)/(15*ms) : volt
drive = 14*mV + 2*mV*i : volt""", threshold="v > vt", reset="v = 0*mV; vt += 3*mV", refractory=2*ms, method="euler")
    G.vt = 10*mV
    M = SpikeMonitor(G)
    Network(G, M).run(300*ms)
    i, t = np.array(M.i), np.array(M.t/second)
    return {name: (i[i == k]*0, t[i == k], 1) for k, name in enumerate(("weak", "middle", "strong"))}


common.random_network("adaptive_threshold", trial, 30, {}, (0.0, 0.3), compared=8,
                      slices={name: ["cell", k, k + 1] for k, name in enumerate(("weak", "middle", "strong"))})
