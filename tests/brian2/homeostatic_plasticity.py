from brian2 import *
import common

R, TARGET, UP = 10*Hz, 20*Hz, 0.002
ns = dict(up=UP, down=UP*10/20, tau=10*ms)


def trial(number):
    I = PoissonGroup(200, rates=R)
    G = NeuronGroup(2, "dv/dt = -v/tau : 1 (unless refractory)", threshold="v > 1", reset="v = 0", refractory=2*ms, method="exact", namespace=ns)
    S = Synapses(I, G, "w : 1", on_pre="v += w; w += up", on_post="w = clip(w - down, 0, inf)", namespace=ns)
    S.connect(condition="j == 0 or i < 20")
    S.w = 0.02
    M = SpikeMonitor(G)
    Network(I, G, S, M).run(40*second)
    f = np.array(M.i) == 1
    return {"many": (np.array(M.i)[~f], np.array(M.t/second)[~f], 1), "few": (np.array(M.i)[f] - 1, np.array(M.t/second)[f], 1)}


common.random_network("homeostatic_plasticity", trial, 6, {}, (20.0, 40.0))
