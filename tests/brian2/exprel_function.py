from brian2 import *
import common

cell = NeuronGroup(1000, """v : volt
alpha_improved = 0.32/mV*4*mV/exprel((-50*mV - v)/(4*mV))/ms : Hz""")
cell.v = "-50*mV + (i/(N - 1.0) - 0.5)*1e-9*volt"
common.fixed_network("exprel_function", {}, {}, {}, results={"improved": [float(x) for x in cell.alpha_improved[:]/Hz]})
