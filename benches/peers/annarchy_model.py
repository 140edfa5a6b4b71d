"""Runs one workload in ANNarchy and prints one line of JSON. Called by benches/peers.py."""
import json, os, resource, sys, tempfile, time

started = time.perf_counter()
import ANNarchy as ann  # noqa: E402

name, neurons, seconds, threads = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
if name != "cuba":
    sys.exit(f"no {name} for ANNarchy")
os.chdir(tempfile.mkdtemp(prefix="annarchy-"))


def used():
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


ann.setup(dt=0.1, num_threads=threads, seed=1)
cell = ann.Neuron(
    parameters="El = -49.0\nVr = -60.0\nVt = -50.0\ntau_m = 20.0\ntau_exc = 5.0\ntau_inh = 10.0",
    equations="tau_m*dv/dt = (El - v) + g_exc + g_inh : exponential\ntau_exc*dg_exc/dt = -g_exc : exponential\ntau_inh*dg_inh/dt = -g_inh : exponential",
    spike="v > Vt", reset="v = Vr", refractory=5.0)
P = ann.Population(geometry=neurons, neuron=cell)
P.v = ann.Uniform(-60.0, -50.0)
imported = time.perf_counter()
exc = ann.Projection(P[:neurons*4//5], P, "exc")
exc.connect_fixed_probability(probability=80/neurons, weights=1.62)
inh = ann.Projection(P[neurons*4//5:], P, "inh")
inh.connect_fixed_probability(probability=80/neurons, weights=-9.0)
connected, before = time.perf_counter(), used()
ann.compile(silent=True)
spikes = ann.Monitor(P, "spike")
compiled = time.perf_counter()
ann.simulate(seconds*1000.0)
finished = time.perf_counter()
count = sum(len(times) for times in spikes.get("spike").values())
print(json.dumps(dict(tool="annarchy", neurons=neurons, threads=threads, build=imported - started + compiled - connected, connect=connected - imported,
                      loop=finished - compiled, cpu=used() - before, spikes=count, rate=count/neurons/seconds,
                      peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)))
