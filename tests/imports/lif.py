"""Leaky neurons with refractoriness, monitors and two runs."""
from brian2 import *

start_scope()
defaultclock.dt = 0.1*ms

N = 5
tau = 10*ms
El = -65*mV  # resting potential
eqs = '''
dv/dt = (El - v + I)/tau : volt (unless refractory)
I : volt
'''
G = NeuronGroup(N, eqs, threshold='v > -50*mV', reset='v = El',
                refractory=2*ms, method='exact')
G.v = 'El'
G.I = '12*mV + i*3*mV'
M = StateMonitor(G, 'v', record=[0, 1])
S = SpikeMonitor(G)
run(50*ms)
G.I = 25*mV
run(50*ms)

figure()
plot(M.t/ms, M.v[0]/mV)
for k in range(3):
    print(k)
xlabel('t')
show()
