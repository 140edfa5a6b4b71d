"""A network in the manner of scripts: dictionaries, functions, several pathways."""
import numpy as np
from brian2 import *

prefs.codegen.target = 'numpy'
defaultclock.dt = 0.1*ms

parameters = {'tau': 10*ms, 'limit': 1.0}
tau_w = parameters['tau']*2
sizes = [3, 4]
total = sum(sizes)
drive = np.array([1.2, 1.4, 1.6, 1.8])


def neuron_equations(leak):
    equations = Equations(f'dv/dt = (I - {leak}*v)/tau : 1 (unless refractory)')
    equations += Equations('I : 1')
    return equations


G = NeuronGroup(total, neuron_equations(1), threshold='v > limit', reset='v = 0', refractory=2*ms, method='exact',
                namespace=parameters)
first = G[:sizes[0]]
rest = G[sizes[0]:]
rest.I = drive
first.I = 1.5
source = SpikeGeneratorGroup(2, [0, 1, 0], [3, 5, 9]*ms)
S = Synapses(source, G, model='''w : 1
                                 seen : integer''',
             on_pre={'up': 'v_post += w', 'down': '''v_post -= w/2
                                                   seen += 1'''},
             delay={'up': 1*ms})
S.connect(j='k for k in range(i, N_post, 2)')
S.w = '0.1 + 0.05*j'
S.down.delay = '1*ms + 0.5*ms*i'
stimulus = TimedArray([0, 1, 0]*Hz, dt=10*ms)
G.run_regularly('v += 0.02*stimulus(t)/Hz', dt=1*ms)
spikes = SpikeMonitor(G)

for k in range(2):
    first.I = 1.5 + 0.2*k
    run(20*ms)
tau_w *= 2
print('done')
plot(spikes.t/ms, spikes.i, '.k')
xlabel('Time (ms)')
