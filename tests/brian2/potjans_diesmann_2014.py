import re
from pathlib import Path

from brian2 import *
import common

SCALE = 0.01
text = Path(__file__).parents[2].joinpath("examples/potjans_diesmann_2014.snn").read_text()
FULL = {name: int(n) for name, n in re.findall(r"^N_(L\w+) *= (\d+)$", text, re.M)}
# Source, target, and probability of each projection, and the sources of the background, are tables of the example.
TABLE = re.findall(r"synapses (L\w+)_(L\w+): .*?fan\(([\d.]+), N_\w+\)", text, re.S)
EXTERNAL = {name: int(n) for name, n in re.findall(r"poisson_input to_(L\w+): .*?n: (\d+)", text)}
SIZES = {name: int(round(SCALE*n)) for name, n in FULL.items()}
ns = dict(E_l=-65*mV, V_t=-50*mV, V_r=-65*mV, C=250*pF, tau_m=10*ms, tau_syn=0.5*ms)
W = 87.8*pA


def trial(number):
    cells = {}
    for name, size in SIZES.items():
        cells[name] = NeuronGroup(size, """dv/dt = (E_l - v)/tau_m + I/C : volt (unless refractory)
dI/dt = -I/tau_syn : amp""", threshold="v > V_t", reset="v = V_r", refractory=2*ms, method="exact", namespace=ns)
        cells[name].v = "-58*mV + 10*mV*randn()"
    synapses = []
    for source, target, p in TABLE:
        fan = (-np.log(1 - float(p))*FULL[target] + np.random.rand(SIZES[source])).astype(int)
        if not fan.sum():
            continue
        S = Synapses(cells[source], cells[target], "w : amp", on_pre="I += w")
        S.connect(i=np.repeat(np.arange(SIZES[source]), fan), j=np.random.randint(0, SIZES[target], fan.sum()))
        excitatory = source.endswith("e")
        mean, spread = (1.5, 0.75) if excitatory else (0.8, 0.4)
        factor = (2 if (source, target) == ("L4e", "L23e") else 1) if excitatory else -4
        S.w = factor*W*(1 + 0.1*np.random.randn(len(S)))
        S.delay = np.maximum(mean + spread*np.random.randn(len(S)), 0.1)*ms
        synapses.append(S)
    inputs = [PoissonInput(cells[name], "I", n, 8*Hz, weight=W) for name, n in EXTERNAL.items()]
    monitors = {name: SpikeMonitor(group) for name, group in cells.items()}
    Network(list(cells.values()), synapses, inputs, list(monitors.values())).run(600*ms)
    return {name: (np.array(M.i), np.array(M.t/second), SIZES[name]) for name, M in monitors.items()}


assert len(FULL) == 8 and len(EXTERNAL) == 8, (FULL, EXTERNAL)
common.random_network("potjans_diesmann_2014", trial, 12, {"scale": str(SCALE), "duration": "600 ms"}, (0.1, 0.6))
