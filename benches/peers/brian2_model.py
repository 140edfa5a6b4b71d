"""Runs one workload in Brian2 and prints one line of JSON. Called by benches/peers.py.

Standalone C++, compiled once per folder: `loop` is the time of the simulation loop as the program itself measures it, `connect` the rest of the program's time (making synapses,
initial values), `build` the time of writing and compiling C++.
"""
import array as arrays, glob, json, os, resource, subprocess, sys, time

name, neurons, seconds, flavor, threads, folder = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4], int(sys.argv[5]), sys.argv[6]
extra = float(sys.argv[7]) if len(sys.argv) > 7 else 0.0
each = int(extra)


def points():
    """Runs the compiled program for every value, as many at a time as there are threads."""
    from concurrent.futures import ThreadPoolExecutor

    def one(k):
        drive = 0.5 + 1.5*k/(each - 1)
        command = ["./main", "--results_dir", f"results_{k}", f"neurongroup.drive={drive}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(each)))
    os.makedirs(os.path.join(folder, "results"), exist_ok=True)


def measure(built):
    """Runs the compiled program once and prints the record."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before, busy = time.perf_counter(), used()
    if name == "sweep":
        points()
    else:
        subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    whole, busy = time.perf_counter() - before, used() - busy
    results = sorted(glob.glob(os.path.join(folder, "results_*"))) or [os.path.join(folder, "results")]
    loop = sum(float(open(os.path.join(one, "last_run_info.txt")).read().split()[0]) for one in results)
    loop = whole if name == "sweep" else loop
    counts = arrays.array("i")
    for one in results:
        for file in glob.glob(os.path.join(one, "_array_spikemonitor*_count_*")):
            counts.frombytes(open(file, "rb").read())
    count = sum(counts)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps(dict(tool=f"brian2 {flavor}", workload=name, neurons=neurons, threads=threads, build=built, connect=whole - loop, loop=loop, cpu=busy,
                          spikes=count, rate=count/neurons/seconds, peak_mib=peak/1024)))


if os.path.exists(os.path.join(folder, "built.json")):
    # Compiled in an earlier round.
    measure(json.load(open(os.path.join(folder, "built.json"))))
    sys.exit()

started = time.perf_counter()
from brian2 import *  # noqa: E402,F403

if flavor == "fast":
    prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native"]
prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
set_device("cpp_standalone", build_on_run=False)
prefs.codegen.max_cache_dir_size = 0


def cuba():
    taum, taue, taui = 20*ms, 5*ms, 10*ms
    Vt, Vr, El = -50*mV, -60*mV, -49*mV
    we, wi = 1.62*mV, -9*mV
    P = NeuronGroup(neurons, """dv/dt = (ge + gi - (v - El))/taum : volt (unless refractory)
        dge/dt = -ge/taue : volt
        dgi/dt = -gi/taui : volt""", threshold="v > Vt", reset="v = Vr", refractory=5*ms, method="exact",
        namespace=dict(taum=taum, taue=taue, taui=taui, Vt=Vt, Vr=Vr, El=El))
    P.v = "Vr + rand()*(Vt - Vr)"
    p, n = 80/neurons, neurons*4//5
    Ce = Synapses(P[:n], P, on_pre="ge += we", namespace=dict(we=we))
    Ci = Synapses(P[n:], P, on_pre="gi += wi", namespace=dict(wi=wi))
    Ce.connect(p=p)
    Ci.connect(p=p)
    return P, [P, Ce, Ci]


def coba_hh():
    area = 20000*umetre**2
    space = dict(Cm=1*ufarad*cm**-2*area, gl=5e-5*siemens*cm**-2*area, El=-60*mV, EK=-90*mV, ENa=50*mV, g_na=100*msiemens*cm**-2*area,
                 g_kd=30*msiemens*cm**-2*area, VT=-63*mV, taue=5*ms, taui=10*ms, Ee=0*mV, Ei=-80*mV)
    P = NeuronGroup(neurons, """
        dv/dt = (gl*(El-v)+ge*(Ee-v)+gi*(Ei-v)-g_na*(m*m*m)*h*(v-ENa)-g_kd*(n*n*n*n)*(v-EK))/Cm : volt
        dm/dt = alpha_m*(1-m)-beta_m*m : 1
        dn/dt = alpha_n*(1-n)-beta_n*n : 1
        dh/dt = alpha_h*(1-h)-beta_h*h : 1
        dge/dt = -ge/taue : siemens
        dgi/dt = -gi/taui : siemens
        alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
        beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
        alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
        beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
        alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
        beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz""", threshold="v > -20*mV", refractory=3*ms, method="exponential_euler", namespace=space)
    P.v = "El + (randn()*5 - 5)*mV"
    P.ge = "(randn()*1.5 + 4)*10*nS"
    P.gi = "(randn()*12 + 20)*10*nS"
    p, n = 80/neurons, neurons*4//5
    Ce = Synapses(P[:n], P, on_pre="ge += we", namespace=dict(we=6*nS))
    Ci = Synapses(P[n:], P, on_pre="gi += wi", namespace=dict(wi=67*nS))
    Ce.connect(p=p)
    Ci.connect(p=p)
    return P, [P, Ce, Ci]


def brunel(drawn=False):
    n = neurons*4//5
    J, tau, theta, g, eta = 0.1*mV, 20*ms, 20*mV, 5, 2
    C = 0.1*n
    external = eta*theta/(J*C*tau)
    P = NeuronGroup(neurons, "dv/dt = -v/tau : volt (unless refractory)", threshold="v > theta", reset="v = 10*mV", refractory=2*ms,
                    method="exact", namespace=dict(tau=tau, theta=theta))
    P.v = "rand()*15*mV"
    drive = PoissonInput(P, "v", 1000, external*C/1000, J)
    late = {} if drawn else dict(delay=1.5*ms)
    Ce = Synapses(P[:n], P, on_pre="v += J", namespace=dict(J=J), **late)
    Ci = Synapses(P[n:], P, on_pre="v -= g*J", namespace=dict(g=g, J=J), **late)
    for S in (Ce, Ci):
        S.connect(p=0.1)
        if drawn:
            S.delay = "0.5*ms + 2.5*ms*rand()"
    return P, [P, drive, Ce, Ci]


def stdp():
    w0 = 0.3*mV*1000/each*0.2
    space = dict(taum=20*ms, taupre=20*ms, taupost=20*ms, Apre0=0.01, Apost0=-0.0105, wmax=1*mV, w0=w0, El=-65*mV)
    P = NeuronGroup(neurons, "dv/dt = (El - v)/taum : volt (unless refractory)", threshold="v > -50*mV", reset="v = -60*mV",
                    refractory=5*ms, method="exact", namespace=space)
    P.v = "-65*mV + rand()*15*mV"
    drive = PoissonInput(P, "v", 1000, 10*Hz, 0.11*mV)
    S = Synapses(P, P, """w : volt
        dApre/dt = -Apre/taupre : 1 (event-driven)
        dApost/dt = -Apost/taupost : 1 (event-driven)""",
        on_pre="v_post += w; Apre += Apre0; w = clip(w + Apost*w0, 0*mV, wmax)".replace("; ", "\n"),
        on_post="Apost += Apost0; w = clip(w + Apre*w0, 0*mV, wmax)".replace("; ", "\n"), delay=1.5*ms, namespace=space)
    S.connect(p=each/neurons)
    S.w = "rand()*2*w0"
    return P, [P, drive, S]


def uncoupled_lif():
    P = NeuronGroup(neurons, "dv/dt = (drive - v)/(20*ms) : 1 (unless refractory)\ndrive : 1", threshold="v > 1", reset="v = 0",
                    refractory=5*ms, method="exact")
    P.drive = "2.0*i/N"
    return P, [P]


def sweep():
    P = NeuronGroup(neurons, "dv/dt = (drive + 0.2*xi*(20*ms)**0.5 - v)/(20*ms) : 1 (unless refractory)\ndrive : 1 (shared)",
                    threshold="v > 1", reset="v = 0", refractory=5*ms, method="euler", name="neurongroup")
    P.v = "rand()"
    return P, [P]


def potjans():
    """The tables are those of the example."""
    import re
    text = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "potjans_diesmann_2014.snn")).read()
    full = {n: int(size) for n, size in re.findall(r"^N_(L\w+) *= (\d+)$", text, re.M)}
    space = dict(E_l=-65*mV, V_t=-50*mV, V_r=-65*mV, C=250*pF, tau_m=10*ms, tau_syn=0.5*ms)
    W, parts, cells = 87.8*pA, [], {}
    for n, size in full.items():
        cells[n] = NeuronGroup(int(round(extra*size)), """dv/dt = (E_l - v)/tau_m + I/C : volt (unless refractory)
            dI/dt = -I/tau_syn : amp""", threshold="v > V_t", reset="v = V_r", refractory=2*ms, method="exact", namespace=space)
        cells[n].v = "-58*mV + 10*mV*randn()"
    for source, target, p in re.findall(r"synapses (L\w+)_(L\w+): .*?fan\(([\d.]+), N_\w+\)", text, re.S):
        K = int(round(-log(1 - float(p))*full[target]))
        if K == 0:
            continue
        mean, spread = (1.5, 0.75) if source.endswith("e") else (0.8, 0.4)
        mine = (2 if (source, target) == ("L4e", "L23e") else 1)*W if source.endswith("e") else -4*W
        S = Synapses(cells[source], cells[target], "w : amp", on_pre="I += w", namespace=dict(mine=mine, mean=mean, spread=spread, K=K))
        S.connect(j="int(rand()*N_post) for _ in range(K)")
        S.w = "mine*(1 + 0.1*randn())"
        S.delay = "clip(mean + spread*randn(), 0.1, 100)*ms"
        parts.append(S)
    parts += [PoissonInput(cells[n], "I", int(k), 8*Hz, W) for n, k in re.findall(r"poisson_input to_(L\w+): .*?n: (\d+)", text)]
    return list(cells.values()), parts + list(cells.values())


models = dict(sweep=sweep, potjans=potjans, cuba=cuba, coba_hh=coba_hh, brunel=brunel, brunel_delays=lambda: brunel(True), stdp=stdp, uncoupled_lif=uncoupled_lif)
seed(1)
group, parts = models[name]()
groups = group if isinstance(group, list) else [group]
spikes = [SpikeMonitor(one, record=False) for one in groups]
network = Network(parts, spikes)
network.run((1 if name == "sweep" else seconds)*second)
device.build(directory=folder, compile=True, run=False, with_output=False, clean=False)
built = time.perf_counter() - started
json.dump(built, open(os.path.join(folder, "built.json"), "w"))
measure(built)
