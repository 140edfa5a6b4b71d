from brian2 import *
import common

found = {"rhythm": []}


def trial(number):
    ns = dict(mu_ext=25*mV, sigma_ext=1*mV, tau=20*ms, theta=20*mV, V_r=10*mV, J=0.1*mV*1000/200, tau_refr=2*ms)
    G = NeuronGroup(1000, "dV/dt = (-V + mu_ext + sigma_ext*sqrt(tau)*xi)/tau : volt", threshold="V > theta", reset="V = V_r",
                    refractory="tau_refr", method="euler", namespace=ns)
    G.V = "V_r"
    S = Synapses(G, G, on_pre="V -= J", delay=2*ms, namespace=ns)
    S.connect(p=0.2)
    M, R = SpikeMonitor(G), PopulationRateMonitor(G)
    Network(G, S, M, R).run(200*ms)
    x = np.array(R.rate/Hz)[200:]
    f = np.fft.rfftfreq(len(x), 1e-4)
    power = np.abs(np.fft.rfft(x - x.mean()))**2
    found["rhythm"].append(float(f[f > 50][np.argmax(power[f > 50])]))
    return {"cells": (np.array(M.i), np.array(M.t/second), 1000)}


common.random_network("brunel_hakim_1999", trial, 10, {"N": "1000", "C": "200", "duration": "200 ms"}, (0.02, 0.2), results=found)
