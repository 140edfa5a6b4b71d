from brian2 import *
import common

tau = 10*ms
relaxing = NeuronGroup(1, "dv/dt = (1 - v)/tau : 1", method="exact")
driven = NeuronGroup(1, "dv/dt = (sin(2*pi*100*Hz*t) - v)/tau : 1", method="euler")
driven.v = 5
spiking = NeuronGroup(1, "dv/dt = (1 - v)/tau : 1", threshold="v > 0.8", reset="v = 0", method="exact")
resting = NeuronGroup(1, "dv/dt = (1 - v)/tau : 1 (unless refractory)", threshold="v > 0.8", reset="v = 0", refractory=5*ms, method="exact")
many = NeuronGroup(100, """dv/dt = (v0 - v)/tau : 1 (unless refractory)
v0 : 1""", threshold="v > 1", reset="v = 0", refractory=5*ms, method="exact")
many.v0 = "3.0*i/(N - 1)"
A, B, C = SpikeMonitor(spiking), SpikeMonitor(resting), SpikeMonitor(many)
run(500*ms)
common.fixed_network("tutorial_neurons", {"duration": "500 ms"}, {"spiking": A, "resting": B, "many": C},
                     {"relaxing.v": relaxing.v[:], "driven.v": driven.v[:], "many.v": many.v[:]})


def trial(number):
    noisy = NeuronGroup(100, """dv/dt = (v0 - v)/tau + 0.2*xi*tau**-0.5 : 1 (unless refractory)
v0 : 1""", threshold="v > 1", reset="v = 0", refractory=5*ms, method="euler", namespace=dict(tau=tau))
    noisy.v0 = "3.0*i/(N - 1)"
    adapting = NeuronGroup(1000, """dv/dt = (-30*mV - v)/tau + 10*mV*xi*tau**-0.5 : volt
dvt/dt = (-50*mV - vt)/(100*ms) : volt""", threshold="v > vt", reset="v = -70*mV; vt += 5*mV", refractory=5*ms, method="euler",
                           namespace=dict(tau=tau))
    adapting.v = "-70*mV + rand()*20*mV"
    adapting.vt = -50*mV
    A, B = SpikeMonitor(noisy), SpikeMonitor(adapting)
    Network(noisy, adapting, A, B).run(200*ms)
    return {"noisy": (np.array(A.i), np.array(A.t/second), 100), "adapting": (np.array(B.i), np.array(B.t/second), 1000)}


common.random_network("tutorial_neurons_noise", trial, 8, {"duration": "200 ms"}, (0.0, 0.2), example="tutorial_neurons")
