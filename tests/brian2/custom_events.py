from brian2 import *
import common


def trial(number):
    cell = NeuronGroup(4, """dv/dt = (drive - v)/(10*ms) : volt
drive : volt
armed : boolean
warnings : integer""", threshold="v > 15*mV", reset="v = 0*mV; armed = True", events={"near": "v > 12*mV and armed"}, method="exact")
    cell.drive = 12*mV
    cell.armed = True
    cell.run_on_event("near", "warnings += 1; armed = False")
    cell.run_regularly("drive = 10*mV + 10*mV*rand()", dt=50*ms)
    M, E = SpikeMonitor(cell), EventMonitor(cell, "near")
    Network(cell, M, E).run(400*ms)
    events.append(int(E.num_events))
    return {"cell": (np.array(M.i), np.array(M.t/second), 4)}


events = []
common.random_network("custom_events", trial, 40, {}, (0.0, 0.4), compared=20, results={"near_events": events})
