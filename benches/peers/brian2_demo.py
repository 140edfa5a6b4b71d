"""Ten neurons in Brian2, from a cold start to plots in two files. Called by benches/peers.py, which measures the whole process."""
import json, os, resource, sys

mode, folder = sys.argv[1], sys.argv[2]
os.makedirs(folder, exist_ok=True)
import matplotlib  # noqa: E402

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from brian2 import *  # noqa: E402,F403

if mode == "standalone":
    set_device("cpp_standalone", directory=os.path.join(folder, "code"))
else:
    prefs.codegen.target = mode
tau, v_rest, drive = 10*ms, -65*mV, 20*mV
lif = NeuronGroup(10, "dv/dt = (-(v - v_rest) + drive)/tau : volt", threshold="v > -50*mV", reset="v = v_rest", method="exact")
lif.v = v_rest
states, spikes = StateMonitor(lif, "v", record=[0, 1, 2]), SpikeMonitor(lif)
run(100*ms)
for name in ("potential", "spikes"):
    plt.figure()
    if name == "spikes":
        plt.plot(spikes.t/ms, spikes.i, ".")
    else:
        plt.plot(states.t/ms, states.v.T/mV)
    plt.savefig(os.path.join(folder, name + ".svg"))
usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps(dict(tool=f"brian2 {mode}", neurons=10, threads=1, cpu=sum(u.ru_utime + u.ru_stime for u in usage), spikes=int(spikes.num_spikes),
                      rate=spikes.num_spikes/10/0.1, peak_mib=max(u.ru_maxrss for u in usage)/1024)))
