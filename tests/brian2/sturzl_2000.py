from brian2 import *
import common

found = {"estimate": []}


def trial(number):
    tones = "+".join(f"exp(-(({f} - 300)/50.0)**2/2)*cos(2*pi*{f}*Hz*(t - late) + {p})"
                     for f, p in ((200, 0), (225, 2), (250, 4), (275, 1), (300, 3), (325, 5), (350, 0.5), (375, 2.5), (400, 4.5)))
    legs = NeuronGroup(8, f"""dv/dt = (1 + 0.25*({tones}) - v)/(1*ms) + 0.01*sqrt(2/(1*ms))*xi : 1 (unless refractory)
angle : 1
late : second""", threshold="v > 1", reset="v = 0", refractory=1*ms, method="euler")
    legs.angle = "(22.5 + 45*i)*pi/180"
    legs.late = "2.5*cm/(50*meter/second)*(1 - cos(144*pi/180 - angle))"
    command = NeuronGroup(8, """dv/dt = (x - v)/(1*ms) : 1
dx/dt = (y - x)/(1.001*ms) : 1
dy/dt = -y/(1.001*ms) : 1""", threshold="v > 1", reset="v = 0", method="exact")
    excite = Synapses(legs, command, on_pre="y += 7")
    excite.connect(j="i")
    inhibit = Synapses(legs, command, on_pre="y -= 2", delay=0.7*ms)
    inhibit.connect("abs((j - i) % N_post - N_post/2) <= 1")
    L, M = SpikeMonitor(legs), SpikeMonitor(command)
    Network(legs, command, excite, inhibit, L, M).run(500*ms)
    angle = np.array(legs.angle)
    found["estimate"].append(float(np.degrees(np.angle(np.sum(np.array(M.count)*np.exp(1j*angle))))))
    return {"legs": (np.array(L.i), np.array(L.t/second), 8), "command": (np.array(M.i), np.array(M.t/second), 8)}


common.random_network("sturzl_2000", trial, 12, {}, (0.0, 0.5), compared=6, results=found)
print(np.mean(found["estimate"]), np.std(found["estimate"]))
