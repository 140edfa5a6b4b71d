"""Runs one workload in NEST and prints one line of JSON. Called by benches/peers.py."""
import json, resource, sys, time

started = time.perf_counter()
import nest  # noqa: E402

name, neurons, seconds, threads = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
nest.set_verbosity("M_ERROR")
nest.ResetKernel()
nest.local_num_threads = threads
nest.resolution = 0.1
nest.rng_seed = 1
excitatory = neurons*4//5
imported = time.perf_counter()
imported_cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def connect(sources, targets, p, weight, delay):
    nest.Connect(sources, targets, dict(rule="pairwise_bernoulli", p=p, allow_autapses=True),
                 dict(synapse_model="static_synapse", weight=weight, delay=delay))


if name in ("brunel", "brunel_delays"):
    J, tau, theta = 0.1, 20.0, 20.0
    external = 2*theta/(J*0.1*excitatory*tau)*1000*0.1*excitatory  # Hz, all external sources of a neuron together
    P = nest.Create("iaf_psc_delta", neurons, dict(C_m=1.0, tau_m=tau, E_L=0.0, V_th=theta, V_reset=10.0, t_ref=2.0, V_m=nest.random.uniform(0.0, 15.0)))
    drive = nest.Create("poisson_generator", params=dict(rate=external))
    nest.Connect(drive, P, syn_spec=dict(weight=J, delay=0.1))
    delay = nest.random.uniform(0.5, 3.0) if name == "brunel_delays" else 1.5
    connect(P[:excitatory], P, 0.1, J, delay)
    connect(P[excitatory:], P, 0.1, -5*J, delay)
elif name == "cuba":
    # Currents as voltages: C/tau = 1 pF/ms, so that a current in pA is a voltage in mV.
    P = nest.Create("iaf_psc_exp", neurons, dict(C_m=20.0, tau_m=20.0, E_L=-49.0, V_th=-50.0, V_reset=-60.0, t_ref=5.0, tau_syn_ex=5.0, tau_syn_in=10.0,
                                               V_m=nest.random.uniform(-60.0, -50.0)))
    connect(P[:excitatory], P, 80/neurons, 1.62, 0.1)
    connect(P[excitatory:], P, 80/neurons, -9.0, 0.1)
elif name == "potjans":
    import math, os, re
    scale = float(sys.argv[5])
    example = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "potjans_diesmann_2014.snn")
    text = open(example).read()
    full = {n: int(size) for n, size in re.findall(r"^N_(L\w+) *= (\d+)$", text, re.M)}
    cells, W = {}, 87.8
    for n, size in full.items():
        cells[n] = nest.Create("iaf_psc_exp", int(round(scale*size)), dict(C_m=250.0, tau_m=10.0, E_L=-65.0, V_th=-50.0, V_reset=-65.0, t_ref=2.0,
                               tau_syn_ex=0.5, tau_syn_in=0.5, V_m=nest.random.normal(-58.0, 10.0)))
    for n, k in re.findall(r"poisson_input to_(L\w+): .*?n: (\d+)", text):
        drive = nest.Create("poisson_generator", params=dict(rate=8.0*int(k)))
        nest.Connect(drive, cells[n], syn_spec=dict(weight=W, delay=0.1))
    for source, target, p in re.findall(r"synapses (L\w+)_(L\w+): .*?fan\(([\d.]+), N_\w+\)", text, re.S):
        number = int(round(-math.log(1 - float(p))*full[target]*len(cells[source])))
        mean, spread = (1.5, 0.75) if source.endswith("e") else (0.8, 0.4)
        factor = (2 if (source, target) == ("L4e", "L23e") else 1) if source.endswith("e") else -4
        if number > 0:
            weight = nest.random.normal(factor*W, abs(factor)*W*0.1)
            delay = nest.math.max(nest.random.normal(mean, spread), 0.1) if hasattr(nest.math, "max") else nest.math.redraw(nest.random.normal(mean, spread), min=0.1, max=100.0)
            nest.Connect(cells[source], cells[target], dict(rule="fixed_total_number", N=number), dict(synapse_model="static_synapse", weight=weight, delay=delay))
else:
    sys.exit(f"no {name} for NEST")
nest.Prepare()
connected = time.perf_counter()
nest.Run(seconds*1000)
finished = time.perf_counter()
nest.Cleanup()
usage = resource.getrusage(resource.RUSAGE_SELF)
count = nest.GetKernelStatus().get("local_spike_counter", 0)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(dict(tool="nest", workload=name, neurons=neurons, threads=threads, build=imported - started, connect=connected - imported,
                      loop=finished - connected, cpu=usage.ru_utime + usage.ru_stime - imported_cpu, spikes=count, rate=count/neurons/seconds, peak_mib=peak/1024)))
