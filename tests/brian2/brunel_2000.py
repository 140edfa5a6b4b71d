import json
from brian2 import *
import common
from common import random_network

REGIMES = {"SR": (3.0, 2.0), "SI_fast": (6.0, 4.0), "AI": (5.0, 2.0), "SI_slow": (4.5, 0.9)}
SIZE, J = 2000, 0.5*mV


def trial(g, eta):
    ne, ce = 4*SIZE//5, 4*SIZE//50
    ns = dict(tau=20*ms, theta=20*mV, V_r=10*mV, J=J, g=g)
    nu = eta*20*mV/(J*ce*20*ms)
    P = NeuronGroup(SIZE, "dv/dt = -v/tau : volt (unless refractory)", threshold="v > theta", reset="v = V_r", refractory=2*ms,
                    method="exact", namespace=ns)
    P.v = "V_r + rand()*(theta - V_r)"
    Ce = Synapses(P[:ne], P, on_pre="v += J", delay=1.5*ms, namespace=ns)
    Ce.connect(p=0.1)
    Ci = Synapses(P[ne:], P, on_pre="v -= g*J", delay=1.5*ms, namespace=ns)
    Ci.connect(p=0.1)
    external = PoissonInput(P, "v", ce, nu, weight=J)
    M = SpikeMonitor(P)
    Network(P, Ce, Ci, external, M).run(300*ms)
    return {"cells": (np.array(M.i), np.array(M.t/second), SIZE)}


for regime, (g, eta) in REGIMES.items():
    random_network("brunel_2000_" + regime, lambda number: trial(g, eta), 5, {"N": str(SIZE), "J": "0.5 mV", "duration": "300 ms"}, (0.1, 0.3),
                   example="brunel_2000", parameters=regime)
