from brian2 import *

taupre = 20*ms
taupost = 20*ms
wmax = 8*mV
taum = 10*ms
source = SpikeGeneratorGroup(3, [0, 1, 0, 2, 1, 0], [2, 5, 11, 12, 20, 25]*ms)
cell = NeuronGroup(2, 'dv/dt = -v/taum : volt', threshold='v > 4*mV',
                   reset='v = 0*mV', method='exact')
S = Synapses(source, cell,
             '''
             w : volt
             dApre/dt = -Apre/taupre : volt (event-driven)
             dApost/dt = -Apost/taupost : volt (event-driven)
             ''',
             on_pre='''
             v_post += w
             Apre += 1*mV
             w = clip(w + Apost, 0*mV, wmax)
             ''',
             on_post='''
             Apost -= 1*mV
             w = clip(w + Apre, 0*mV, wmax)
             ''')
S.connect('i != 2 or j == 1')
S.w = '3*mV + 1*mV*i'
S.delay = '1*ms + 0.5*ms*j'
spikes = SpikeMonitor(cell)
run(40*ms)
