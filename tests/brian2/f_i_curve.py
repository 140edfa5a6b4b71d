from brian2 import *
import common

rates = []
for tau in (5*ms, 10*ms, 20*ms):
    start_scope()
    G = NeuronGroup(15, """dv/dt = (I - v)/tau : volt (unless refractory)
I : volt""", threshold="v > 10*mV", reset="v = 0*mV", refractory=5*ms, method="exact", namespace=dict(tau=tau))
    G.I = np.linspace(6, 20, 15)*mV
    M = SpikeMonitor(G)
    run(400*ms, namespace={})
    rates.extend(float(x) for x in M.count/0.4)
common.fixed_network("f_i_curve", {}, {}, results={"rate": rates})
