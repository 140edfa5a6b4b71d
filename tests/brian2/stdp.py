from brian2 import *
import common

ns = dict(tau_m=10*ms, tau_pre=20*ms, tau_post=20*ms, tau_e=5*ms, E_e=0*mV, V_t=-54*mV, V_r=-60*mV, E_l=-74*mV, w_max=0.01,
          dA_pre=0.01*0.01, dA_post=-1.05*0.01*0.01)
weights = {}


def trial(number):
    I = PoissonGroup(1000, rates=15*Hz)
    P = NeuronGroup(1, """dv/dt = (ge*(E_e - v) + E_l - v)/tau_m : volt
dge/dt = -ge/tau_e : 1""", threshold="v > V_t", reset="v = V_r", method="euler", namespace=ns)
    P.v = "V_r"
    S = Synapses(I, P, """w : 1
dA_pre_/dt = -A_pre_/tau_pre : 1 (event-driven)
dA_post_/dt = -A_post_/tau_post : 1 (event-driven)""",
                 on_pre="ge += w; A_pre_ += dA_pre; w = clip(w + A_post_, 0, w_max)",
                 on_post="A_post_ += dA_post; w = clip(w + A_pre_, 0, w_max)", namespace=ns)
    S.connect()
    S.w = "rand()*w_max"
    M = SpikeMonitor(P)
    Network(I, P, S, M).run(20*second)
    w = S.w[:]/0.01
    for key, value in {"mean": w.mean(), "std": w.std(), "weak": (w < 0.1).mean(), "strong": (w > 0.9).mean()}.items():
        weights.setdefault("S.w/w_max " + key, []).append(float(value))
    return {"cell": (np.array(M.i), np.array(M.t/second), 1)}


common.random_network("stdp", trial, 8, {"duration": "20 second"}, (0.0, 20.0), finals=weights, scale=0.01, compared=1)
