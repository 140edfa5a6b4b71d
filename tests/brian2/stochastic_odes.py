from brian2 import *
import common

found = {name: [] for name in ("heun_mean", "heun_std", "milstein_mean", "milstein_std", "fine_error", "coarsest_error")}
ns = dict(mu=0.5/second, sigma=0.1*second**-0.5, a=0.5/second - 0.5*0.01/second)


def trial(number):
    def heun(dt):
        G = NeuronGroup(500, """dX/dt = a*X + X*sigma*xi_w : 1
dW/dt = xi_w : second**0.5""", method="heun", dt=dt, namespace=ns)
        G.X = 1
        Network(G).run(1024*ms)
        exact = np.exp(float(ns["a"])*1.024 + 0.1*np.array(G.W_[:]))
        return G.X[:], np.abs(G.X[:] - exact).mean()
    X, error = heun(1*ms)
    _, coarse = heun(64*ms)
    G = NeuronGroup(500, "dX/dt = a*X + X*sigma*xi : 1", method="milstein", dt=1*ms, namespace=ns)
    G.X = 1
    Network(G).run(1024*ms)
    for name, value in zip(found, (X.mean(), X.std(), G.X[:].mean(), G.X[:].std(), error, coarse)):
        found[name].append(float(value))
    return {}


common.random_network("stochastic_odes", trial, 10, {}, (0.0, 1.0), results=found)
