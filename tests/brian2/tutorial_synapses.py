from brian2 import *
import common

G = NeuronGroup(3, """dv/dt = (I - v)/tau : 1
I : 1
tau : second""", threshold="v > 1", reset="v = 0", method="exact")
G.I = [2, 0, 0]
G.tau = [10, 100, 100]*ms
S = Synapses(G, G, "w : 1", on_pre="v_post += w")
S.connect(i=0, j=[1, 2])
S.w = "j*0.2"
S.delay = "j*2*ms"
taupre = taupost = 20*ms
Apre, Apost = 0.01, -0.01*1.05
tmax = 50*ms
pre = NeuronGroup(100, "tspike : second", threshold="t > tspike", refractory=100*ms)
post = NeuronGroup(100, "tspike : second", threshold="t > tspike", refractory=100*ms)
pre.tspike = "i*tmax/(N - 1)"
post.tspike = "(N - 1 - i)*tmax/(N - 1)"
P = Synapses(pre, post, """w : 1
dapre/dt = -apre/taupre : 1 (event-driven)
dapost/dt = -apost/taupost : 1 (event-driven)""", on_pre="apre += Apre; w = w + apost", on_post="apost += Apost; w = w + apre")
P.connect(j="i")
A, B, C = SpikeMonitor(G), SpikeMonitor(pre), SpikeMonitor(post)
run(tmax + 1*ms)
common.fixed_network("tutorial_synapses", {}, {"G": A, "pre": B, "post": C}, {"G.v": G.v[:], "plastic.w": P.w[:]})
