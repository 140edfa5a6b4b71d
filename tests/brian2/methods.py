from brian2 import *
import common

defaultclock.dt = 0.4*ms
groups = {}
for name, method in (("euler", "euler"), ("rk2", "rk2"), ("rk4", "rk4"), ("exponential", "exponential_euler"), ("heun", "heun")):
    groups["with_" + name] = NeuronGroup(1, "dv/dt = (10*mV*sign(sin(2*pi*50*Hz*(t + 0.1*ms))) - v)/(2*ms) : volt", method=method)
network = Network(*groups.values())
network.run(50*ms)
common.fixed_network("methods", {}, {}, {name + ".v": group.v[:] for name, group in groups.items()})
