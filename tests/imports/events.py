from brian2 import *

drive = TimedArray([0, 2, 1, 3], dt=10*ms)
eqs = '''
dv/dt = (drive(t) - v)/tau : 1
n : integer
'''
eqs += 'tau : second (constant)'
G = NeuronGroup(3, eqs, threshold='v > 1', reset='v = 0', method='exact',
                events={'half': 'v > 0.5 and n < 4'})
G.tau = '5*ms*(i + 1)'
G.run_on_event('half', 'n += 1')
G.run_regularly('v = v*0.9', dt=7*ms)
spikes = SpikeMonitor(G[0:2])
halves = EventMonitor(G, 'half')
rate = PopulationRateMonitor(G)
run(40*ms)
