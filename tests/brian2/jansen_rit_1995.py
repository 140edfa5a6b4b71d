from brian2 import *
import common

found = {"swing_128": [], "swing_135": [], "swing_270": [], "rhythm": []}


def trial(number):
    columns = NeuronGroup(6, """dy0/dt = y3/second : 1
dy1/dt = y4/second : 1
dy2/dt = y5/second : 1
dy3/dt = (3.25*5/(1 + exp(0.56*(6 - y1 + y2))) - 2*y3 - y0/(10*ms)*second)/(10*ms) : 1
dy4/dt = (3.25*(p + 0.8*C*5/(1 + exp(0.56*(6 - C*y0)))) - 2*y4 - y1/(10*ms)*second)/(10*ms) : 1
dy5/dt = (22*0.25*C*5/(1 + exp(0.56*(6 - 0.25*C*y0))) - 2*y5 - y2/(20*ms)*second)/(20*ms) : 1
C : 1
p : 1""", method="euler")
    columns.C = [68, 128, 135, 270, 675, 1350]
    columns.run_regularly("p = 120 + 200*rand()", dt=2*ms)
    M = StateMonitor(columns, ["y1", "y2"], record=True, dt=1*ms)
    Network(columns, M).run(5*second)
    eeg = (np.array(M.y1) - np.array(M.y2))[:, 2000:]
    swing = eeg.std(axis=1)
    for k, name in ((1, "swing_128"), (2, "swing_135"), (3, "swing_270")):
        found[name].append(float(swing[k]))
    power = np.abs(np.fft.rfft(eeg[2] - eeg[2].mean()))**2
    found["rhythm"].append(float(np.fft.rfftfreq(len(eeg[2]), 1e-3)[np.argmax(power)]))
    return {}


common.random_network("jansen_rit_1995", trial, 8, {}, (2.0, 5.0), compared=4, results=found)
print({name: (np.mean(row), np.std(row)) for name, row in found.items()})
