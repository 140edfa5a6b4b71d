from brian2 import *
import common

times = np.append(np.arange(100, 1051, 50), 1550)*ms
train = SpikeGeneratorGroup(1, np.zeros(21, int), times)
cells = NeuronGroup(2, """dv/dt = (100*Mohm*I - v)/(40*ms) : volt
dI/dt = -I/(3*ms) : amp""", method="exact")
S = Synapses(train, cells, """A : amp
U : 1
tau_d : second
tau_f : second
du/dt = -u/tau_f : 1 (event-driven)
dR/dt = (1 - R)/tau_d : 1 (event-driven)""", on_pre="u += U*(1 - u); I += A*u*R; R -= u*R")
S.connect()
S.A, S.U, S.tau_d, S.tau_f, S.R = [250, 1500]*pA, [0.5, 0.05], [800, 130]*ms, [1, 530]*ms, 1
run(1.6*second)
common.fixed_network("short_term_plasticity", {"duration": "1.4 second"}, {}, {
    "cells.v": cells.v[:]/volt, "depressing.R": S.R[0], "depressing.u": S.u[0], "facilitating.R": S.R[1], "facilitating.u": S.u[1]})
