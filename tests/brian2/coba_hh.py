from brian2 import *
from common import random_network

area = 20000*umetre**2
ns = dict(C=1*ufarad*cm**-2*area, g_l=5e-5*siemens*cm**-2*area, g_na=100*msiemens*cm**-2*area, g_kd=30*msiemens*cm**-2*area,
          E_l=-60*mV, E_k=-90*mV, E_na=50*mV, V_T=-63*mV, tau_e=5*ms, tau_i=10*ms, E_e=0*mV, E_i=-80*mV, w_e=6*nS, w_i=67*nS)
eqs = """dv/dt = (g_l*(E_l - v) + ge*(E_e - v) + gi*(E_i - v) - g_na*m**3*h*(v - E_na) - g_kd*n**4*(v - E_k))/C : volt
dm/dt = alpha_m*(1 - m) - beta_m*m : 1
dn/dt = alpha_n*(1 - n) - beta_n*n : 1
dh/dt = alpha_h*(1 - h) - beta_h*h : 1
dge/dt = -ge/tau_e : siemens
dgi/dt = -gi/tau_i : siemens
alpha_m = 0.32*4/exprel((13*mV - v + V_T)/(4*mV))/ms : Hz
beta_m = 0.28*5/exprel((v - V_T - 40*mV)/(5*mV))/ms : Hz
alpha_h = 0.128*exp((17*mV - v + V_T)/(18*mV))/ms : Hz
beta_h = 4/(1 + exp((40*mV - v + V_T)/(5*mV)))/ms : Hz
alpha_n = 0.032*5/exprel((15*mV - v + V_T)/(5*mV))/ms : Hz
beta_n = 0.5*exp((10*mV - v + V_T)/(40*mV))/ms : Hz"""


def trial(number):
    P = NeuronGroup(1000, eqs, threshold="v > -20*mV", refractory=3*ms, method="exponential_euler", namespace=ns)
    P.v = "E_l + (randn()*5 - 5)*mV"
    P.ge = "(randn()*1.5 + 4)*10*nS"
    P.gi = "(randn()*12 + 20)*10*nS"
    Ce = Synapses(P[:800], P, on_pre="ge += w_e", namespace=ns)
    Ce.connect(p=0.08)
    Ci = Synapses(P[800:], P, on_pre="gi += w_i", namespace=ns)
    Ci.connect(p=0.08)
    M = SpikeMonitor(P)
    Network(P, Ce, Ci, M).run(500*ms)
    e = np.array(M.i) < 800
    return {"exc": (np.array(M.i)[e], np.array(M.t/second)[e], 800), "inh": (np.array(M.i)[~e] - 800, np.array(M.t/second)[~e], 200)}


random_network("coba_hh", trial, 6, {"N": "1000", "epsilon": "0.08", "duration": "500 ms"}, (0.1, 0.5))
