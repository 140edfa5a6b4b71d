from brian2 import *
import common

found = {"near_synapses": [], "random_synapses": [], "mean_distance": []}


def trial(number):
    ns = dict(rows=20, spacing=25*um, distance=120*um, width=60*um)
    G = NeuronGroup(400, """x : meter
y : meter""", namespace=ns)
    G.x = "(i // rows)*spacing - rows/2.0*spacing"
    G.y = "(i % rows)*spacing - rows/2.0*spacing"
    near = Synapses(G, G, namespace=ns)
    near.connect("sqrt((x_pre - x_post)**2 + (y_pre - y_post)**2) < distance")
    random = Synapses(G, G, "d : meter", namespace=ns)
    random.connect("i != j", p="1.5*exp(-((x_pre - x_post)**2 + (y_pre - y_post)**2)/(2*width**2))")
    random.d = "sqrt((x_pre - x_post)**2 + (y_pre - y_post)**2)"
    for name, value in (("near_synapses", len(near)), ("random_synapses", len(random)), ("mean_distance", np.mean(random.d[:]/meter))):
        found[name].append(float(value))
    return {}


common.random_network("spatial_connections", trial, 10, {}, (0.0, 0.001), results=found)
