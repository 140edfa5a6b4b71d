from brian2 import *
import common

rng = np.random.default_rng()


def around(mean, low, high, n):
    z = np.random.randn(3*n + 100)
    return mean*(1 + 0.5*z[(z > low) & (z < high)][:n])


def trial(number):
    defaultclock.dt = 1*ms
    np.random.seed(number)
    cells = {}
    for name, n, refractory in (("exc", 400, 3*ms), ("inh", 100, 2*ms)):
        G = NeuronGroup(n, """dv/dt = (-v + I_e + I_i + I_b)/(30*ms) : volt (unless refractory)
I_e : volt
I_i : volt
I_b : volt""", threshold="v > 15*mV", reset="v = 13.5*mV", refractory=refractory, method="exact")
        G.I_b = "14.5*mV + 1*mV*rand()"
        cells[name] = G
    net = Network(*cells.values())
    for name, pre, post, A, facilitating in (("ee", "exc", "exc", 1.8, False), ("ie", "inh", "exc", -5.4, False),
                                             ("ei", "exc", "inh", 7.2, True), ("ii", "inh", "inh", -7.2, True)):
        model = """dx/dt = (1 - x - y)/tau_rec : 1 (clock-driven)
dy/dt = -y/(3*ms) : 1 (clock-driven)
A : volt
U : 1
tau_rec : second
I_%s_post = A*y : volt (summed)""" % pre[0]
        code = "y += U*x; x += -U*x"
        if facilitating:
            model += "\ndu/dt = -u/tau_facil : 1 (clock-driven)\ntau_facil : second"
            code = "u += U*(1 - u); y += u*x; x += -u*x"
        S = Synapses(cells[pre], cells[post], model, on_pre=code, method="exact")
        S.connect(p=0.1)
        n = len(S)
        S.x = 1
        S.A = around(A, -1.6, 2, n)*mV
        S.U = around(0.04, -1.95, 1.5, n) if facilitating else around(0.5, -1.6, 1.6, n)
        S.tau_rec = (around(100, -1.9, np.inf, n) if facilitating else around(800, -1.9875, np.inf, n))*ms
        if facilitating:
            S.tau_facil = around(1000, -1.99, np.inf, n)*ms
        net.add(S)
    monitors = {name: SpikeMonitor(G) for name, G in cells.items()}
    net.add(*monitors.values())
    net.run(1900*ms)
    return {name: (np.array(M.i), np.array(M.t/second), len(cells[name])) for name, M in monitors.items()}


common.random_network("tsodyks_uziel_markram_2000", trial, 10, {"duration": "1 second"}, (0.9, 1.9), compared=1)
