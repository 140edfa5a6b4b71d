from brian2 import *
import common

found = {"free": [], "weakly": [], "strongly": []}


def trial(number):
    for name, a in (("free", 0), ("weakly", 0.2), ("strongly", 0.6)):
        G = NeuronGroup(50, """dv/dt = (-v + a*sin(2*pi*t*50*Hz) + b)/(20*ms) : 1
a : 1
b : 1""", threshold="v > 1", reset="v = 0", method="euler")
        G.b = np.linspace(1.2, 1.6, 50)
        G.a = a
        G.v = "rand()"
        M = SpikeMonitor(G)
        Network(G, M).run(1*second)
        found[name].append(strength(M))
    return {}


def strength(M):
    return float(abs(np.mean(np.exp(2j*np.pi*(np.array(M.t/second) % 0.02)/0.02))))


common.random_network("phase_locking", trial, 8, {}, (0.0, 1.0), results=found)
