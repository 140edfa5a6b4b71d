from brian2 import *
import common

defaultclock.dt = 0.25*ms
errors = {"while_learning": [], "afterward": []}


def trial(number):
    n = 100
    net = NeuronGroup(n, """dv/dt = (-v + bias + fed_back*z + recurrent)/(10*ms) : 1 (unless refractory)
dr/dt = (h - r)/(40*ms) : 1
dh/dt = -h/(4*ms) : 1
bias : 1
fed_back : 1
recurrent : 1
z : 1 (shared)""", threshold="v > 1", reset="v = 0; h += 10", refractory=2*ms, method="euler")
    rng = np.random.default_rng(number)
    weights = rng.standard_normal((n, n))*0.3/np.sqrt(n)
    net.v = rng.random(n)
    net.fed_back = 6*rng.random(n) - 3
    net.bias = 0.8 + 0.6*rng.random(n)
    state = {"output": np.zeros(n), "P": np.eye(n)*0.1}
    followed, target = [], []

    @network_operation(dt=2.5*ms, when="start")
    def learn(t):
        r = np.array(net.r)
        z = state["output"] @ r
        wanted = np.sin(2*np.pi*5*float(t/second))
        if len(followed) < 600:
            k = state["P"] @ r
            gain = 1/(1 + r @ k)
            state["P"] -= gain*np.outer(k, k)
            state["output"] -= (z - wanted)*gain*k
        net.recurrent = weights @ r
        net.z = z
        followed.append(z)
        target.append(wanted)

    M = SpikeMonitor(net)
    Network(net, learn, M).run(2*second)
    difference = np.array(followed) - np.array(target)
    errors["while_learning"].append(float(np.sqrt(np.mean(difference[400:600]**2))))
    errors["afterward"].append(float(np.sqrt(np.mean(difference[600:]**2))))
    return {"net": (np.array(M.i), np.array(M.t/second), n)}


common.random_network("force_learning", trial, 16, {}, (0.5, 2.0), compared=4, results=errors)
print({name: (np.mean(row), np.std(row)) for name, row in errors.items()})
