from brian2 import *
import common

found = {"mean_inputs": []}
grid = 20


def trial(number):
    G = NeuronGroup(400, """dv/dt = (-70*mV - v)/(10*ms) + (mu + I_syn)/(250*pF) + sigma*sqrt(1*ms)/(250*pF)*xi : volt (unless refractory)
I_syn : amp
mu : amp (shared)
sigma : amp (shared)
x : 1
y : 1
phi : 1""", threshold="v > -55*mV", reset="v = -70*mV", refractory=5*ms, method="euler")
    G.v = -70*mV
    G.sigma = 500*pA
    G.x = "i % 20"
    G.y = "i // 20"
    G.phi = "pi*(1 + sin(2*pi*x/20 + 2*sin(2*pi*y/20))*cos(2*pi*y/20 + sin(4*pi*x/20)))"
    S = Synapses(G, G, """dg/dt = (-g + h)/tau_s : 1 (clock-driven)
dh/dt = -h/tau_s : 1 (clock-driven)
I_syn_post = J*g : amp (summed)""", on_pre="h += exp(1)", delay=0.1*ms, method="exact", namespace=dict(tau_s=5*ms, J=-50*pA))
    x, y, phi = np.array(G.x), np.array(G.y), np.array(G.phi)
    wrapped = lambda d: (d + 30) % 20 - 10
    r = np.hypot(wrapped(x[None, :] - x[:, None] - np.cos(phi)[:, None]), wrapped(y[None, :] - y[:, None] - np.sin(phi)[:, None]))
    q = np.maximum(r - 3, 0)/0.6
    p = 40*np.where(r > 3, q**3*np.exp(-q)/(6*0.6)/(2*np.pi*np.maximum(r, 1e-9)), 0)
    np.fill_diagonal(p, 0)
    i, j = np.nonzero(np.random.rand(400, 400) < p)
    S.connect(i=i, j=j)
    M = SpikeMonitor(G)
    net = Network(G, S, M)
    net.run(250*ms)
    G.mu = 700*pA
    G.sigma = 100*pA
    net.run(750*ms)
    found["mean_inputs"].append(len(S)/400)
    return {"cells": (np.array(M.i), np.array(M.t/second), 400)}


common.random_network("spreizer_2019", trial, 8, {"duration": "500 ms"}, (0.5, 1.0), results=found, compared=2)
