from brian2 import *
import common

E, I = 800, 200


def trial(number):
    defaultclock.dt = 0.5*ms
    G = NeuronGroup(E + I, """dv/dt = 0.04/(ms*mV)*v**2 + 5/ms*v + 140*mV/ms - u + I : volt
du/dt = a*(b*v - u) : volt/second
I : volt/second
a : 1/second
b : 1/second
c : volt
d : volt/second
r : 1""", threshold="v >= 30*mV", reset="v = c; u += d", method="euler")
    G.r = "rand()"
    e, i = G[:E], G[E:]
    e.a, e.b, e.c, e.d = "0.02/ms", "0.2/ms", "-65*mV + 15*mV*r**2", "(8*mV - 6*mV*r**2)/ms"
    i.a, i.b, i.c, i.d = "(0.02 + 0.08*r)/ms", "(0.25 - 0.05*r)/ms", "-65*mV", "2*mV/ms"
    G.v = -65*mV
    G.u = "b*v"
    G.run_regularly("I = (5*mV*int(i < 800) + 2*mV*int(i >= 800))/ms*randn()", dt=1*ms)
    A = Synapses(e, G, "w : volt", on_pre="v += w", delay=0.5*ms)
    A.connect()
    A.w = "0.5*mV*rand()"
    B = Synapses(i, G, "w : volt", on_pre="v += w", delay=0.5*ms)
    B.connect()
    B.w = "-1*mV*rand()"
    M = SpikeMonitor(G)
    Network(G, A, B, M).run(1*second)
    x = np.array(M.i) < E
    return {"exc": (np.array(M.i)[x], np.array(M.t/second)[x], E), "inh": (np.array(M.i)[~x] - E, np.array(M.t/second)[~x], I)}


common.random_network("izhikevich_2003", trial, 10, {}, (0.1, 1.0))
