from brian2 import *
import common

found = {"mean_threshold": [], "falls_by": [], "correlated": [], "off_by": []}


def trial(number):
    tauI = tau = tauh = 5*ms
    a = 5/6
    Vi, vT = -63*mV, -55*mV
    ns = dict(EL=-70*mV, vT=vT, Vi=Vi, tau_h=tauh, tau=tau, a=a, tau_I=tauI, mu=15*mV, sigma=6*mV/sqrt(0.5))
    G = NeuronGroup(50, """dv/dt = (EL - v + mu + sigma*I)/tau : volt
dtheta/dt = (vT + a*clip(v - Vi, 0*mV, inf*mV) - theta)/tau_h : volt
dI/dt = -I/tau_I + sqrt(2/tau_I)*xi : 1""", threshold="v > theta", reset="v = EL", refractory=5*ms, method="euler", namespace=ns)
    G.v = "EL"
    G.theta = "vT"
    M, V = SpikeMonitor(G), StateMonitor(G, "v", record=True)
    Network(G, M, V).run(1*second)
    v = V.v/volt
    slopes, thresholds = [], []
    x = np.arange(50)*1e-4
    for i, t in zip(M.i, M.t/second):
        k = int(round(t/1e-4))
        if k > 50:
            before = v[i, k - 50:k]
            slopes.append(np.polyfit(x, before, 1)[0])
            thresholds.append(before[-1])
    slopes, thresholds = np.array(slopes), np.array(thresholds)
    s = np.linspace(0.5, 4, 36)
    Vi, vT, h = -0.063, -0.055, 0.005
    th = Vi - s*h*np.log(1 + (Vi - vT/a)/(s*h))
    for _ in range(20):
        e = np.exp((Vi - th)/(s*h))
        th = th + (a*s*h*e - th*(1 - a) - a*(s*h + Vi) + vT)/(a*e + 1 - a)
    usual = (slopes > 1) & (slopes < 3)
    found["mean_threshold"].append(float(thresholds.mean()))
    found["falls_by"].append(float(np.polyfit(slopes[usual], thresholds[usual], 1)[0]))
    found["correlated"].append(float(np.corrcoef(slopes[usual], thresholds[usual])[0, 1]))
    found["off_by"].append(float(np.mean(np.abs(thresholds[usual] - np.interp(slopes[usual], s, th)))))
    return {"cells": (np.array(M.i), np.array(M.t/second), 50)}


common.random_network("platkiewicz_brette_2011", trial, 8, {}, (0.0, 1.0), results=found, compared=2)
print({k: np.mean(v) for k, v in found.items()})
