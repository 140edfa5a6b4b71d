from brian2 import *
import common

area = 20000*umetre**2
ns = dict(El=-65*mV, EK=-90*mV, ENa=50*mV, VT=-63*mV, gl=5e-5*siemens*cm**-2*area, g_na=100*msiemens*cm**-2*area, g_kd=30*msiemens*cm**-2*area,
          C=1*ufarad*cm**-2*area)
hh = NeuronGroup(1, """dv/dt = (gl*(El - v) - g_na*m**3*h*(v - ENa) - g_kd*n**4*(v - EK) + I)/C : volt
dm/dt = 1.28/exprel((13*mV - v + VT)/(4*mV))/ms*(1 - m) - 1.4/exprel((v - VT - 40*mV)/(5*mV))/ms*m : 1
dn/dt = 0.16/exprel((15*mV - v + VT)/(5*mV))/ms*(1 - n) - 0.5*exp((10*mV - v + VT)/(40*mV))/ms*n : 1
dh/dt = 0.128*exp((17*mV - v + VT)/(18*mV))/ms*(1 - h) - 4/(1 + exp((40*mV - v + VT)/(5*mV)))/ms*h : 1
I : amp""", threshold="v > -40*mV", refractory="v > -40*mV", method="exponential_euler", namespace=ns)
hh.v = "El"
hh.run_regularly("I = 25*nA + 20*nA*cos(t/(7*ms))", dt=10*ms)
table = TimedArray([0, 1.4, 0.2, 2.5, 2.5, 0, 0.9, 1.8, 0.3, 2.1, 1.2, 0, 3, 0.5, 1.6, 0.7, 2.2, 1.1, 0.1, 1.9], dt=10*ms)
by_formula = NeuronGroup(1, "dv/dt = (2.5*sin(2*pi*10*Hz*t) - v)/(5*ms) : 1", threshold="v > 1", reset="v = 0", method="euler")
by_table = NeuronGroup(1, "dv/dt = (table(t) - v)/(5*ms) : 1", threshold="v > 1", reset="v = 0", method="euler", namespace=dict(table=table))
A, B, C = SpikeMonitor(hh), SpikeMonitor(by_formula), SpikeMonitor(by_table)
run(300*ms)
common.fixed_network("tutorial_simulations", {"duration": "300 ms", "per_point": "10 ms"}, {"hh": A, "by_formula": B, "by_table": C},
                     {"hh.v": hh.v[:], "by_formula.v": by_formula.v[:], "by_table.v": by_table.v[:]})
found = {"slow_rate": []}


def trial(number):
    P = PoissonGroup(100, rates=10*Hz)
    G = NeuronGroup(30, """dv/dt = -v/tau : 1
tau : second""", threshold="v > 1", reset="v = 0", method="exact")
    G.tau = "1*ms + 9*ms*i/(N - 1)"
    S = Synapses(P, G, on_pre="v += 0.1")
    S.connect()
    M = SpikeMonitor(G)
    Network(P, G, S, M).run(2*second)
    found["slow_rate"].append(float(M.count[29]/2))
    return {"G": (np.array(M.i), np.array(M.t/second), 30)}


common.random_network("tutorial_simulations_inputs", trial, 8, {"duration": "2 second", "per_point": "10 ms"}, (0.0, 2.0), example="tutorial_simulations", results=found, compared=2)
