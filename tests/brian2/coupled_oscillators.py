from brian2 import *
import common

found = {"uncoupled": [], "strong": []}


def trial(number):
    defaultclock.dt = 1*ms
    for name, K in (("uncoupled", 0*Hz), ("strong", 4*Hz)):
        seed(number)
        G = NeuronGroup(50, """dtheta/dt = omega + K/N*coupling : radian
omega : radian/second
coupling : 1""", method="euler", namespace=dict(K=K))
        G.theta = "rand()*2*pi"
        G.omega = "clip(0.5 + 0.5*randn(), 0, inf)*radian/second"
        S = Synapses(G, G, "coupling_post = sin(theta_pre - theta_post) : 1 (summed)")
        S.connect()
        Network(G, S).run(4*second, namespace={})
        found[name].append(float(abs(np.mean(np.exp(1j*G.theta[:])))))
    return {}


common.random_network("coupled_oscillators", trial, 16, {"N_osc": "50", "duration": "4 second"}, (0.0, 4.0), results=found, compared=1)
print({k: (np.mean(v), np.std(v)) for k, v in found.items()})
