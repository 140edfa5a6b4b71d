from brian2 import *
import common

found = {"spread": [], "average": [], "remembered": []}


def trial(number):
    G = NeuronGroup(1000, "dv/dt = (mu - v)/tau + sigma*sqrt(2/tau)*xi : volt", method="euler", namespace=dict(mu=-60*mV, tau=20*ms, sigma=3*mV))
    G.v = "mu + sigma*randn()"
    M = StateMonitor(G, "v", record=True)
    Network(G, M).run(200*ms)
    v = M.v/volt
    for name, value in (("spread", v[:, -1].std()), ("average", v[:, -1].mean()), ("remembered", np.corrcoef(v[:, -201], v[:, -1])[0, 1])):
        found[name].append(float(value))
    return {}


common.random_network("ornstein_uhlenbeck", trial, 10, {}, (0.0, 0.2), results=found)
