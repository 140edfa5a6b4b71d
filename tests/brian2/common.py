"""What the scripts of this folder share.

Each script writes NAME.json: what Brian2 gives for the equations of examples/NAME.snn, for several seeds where they are random.
`python NAME.py` with Brian2 2.11; nothing of the product needs Python."""
import json
import sys
from pathlib import Path

import numpy as np
from brian2 import defaultclock, prefs, second, seed, start_scope, __version__

prefs.codegen.target = "numpy"
BIN = 5e-3


def statistics(i, t, size, start, stop):
    """Rate in Hz; mean coefficient of variation of the intervals of neurons with five spikes or more; variance of the number of spikes in
    bins of 5 ms over its mean, which is 1 for independent neurons."""
    i, t = np.asarray(i), np.asarray(t)
    chosen = (t >= start - 1e-9) & (t < stop - 1e-9)
    i, t = i[chosen], t[chosen]
    cvs = []
    for k in range(size):
        own = t[i == k]
        if len(own) >= 5:
            intervals = np.diff(own)
            cvs.append(intervals.std() / intervals.mean())
    bins = int(round((stop - start) / BIN))
    counts = np.bincount(np.minimum(((t - start) / BIN + 1e-6).astype(int), bins - 1), minlength=bins)
    return {
        "rate": len(t) / size / (stop - start),
        "cv": float(np.mean(cvs)) if cvs else 0.0,
        "fano": float(counts.var() / counts.mean()) if len(t) else 0.0,
    }


def random_network(name, run, seeds, set, window, **more):
    """`run(seed)` gives spikes: population -> (i, t in seconds, size), copied while the monitor exists. `window`: start and stop of the counts; or population -> several of them."""
    found = {}
    for number in range(seeds):
        start_scope()
        seed(number)
        for population, (i, t, size) in run(number).items():
            row = statistics(i, t, size, *window)
            for key, value in row.items():
                found.setdefault(population, {}).setdefault(key, []).append(value)
        print(name, number, {p: {k: round(v[-1], 4) for k, v in rows.items()} for p, rows in found.items()}, flush=True)
    # Where too few spikes were found in some trial there is no coefficient to compare.
    for rows in found.values():
        if 0.0 in rows["cv"]:
            del rows["cv"]
    write(name, {"set": set, "window": list(window), "populations": found, **more})


def fixed_network(name, set, spikes, values=None, **more):
    """`spikes`: population -> SpikeMonitor; `values`: `population.variable` -> final values."""
    dt = float(defaultclock.dt)
    rows = {
        population: {"i": [int(k) for k in monitor.i], "step": [int(round(float(t) / dt)) for t in monitor.t]}
        for population, monitor in spikes.items()
    }
    print(name, {population: len(row["i"]) for population, row in rows.items()}, flush=True)
    values = {place: [float(x) for x in np.atleast_1d(row)] for place, row in (values or {}).items()}
    write(name, {"set": set, "spikes": rows, "values": values, **more})


def write(name, content):
    path = Path(__file__).with_name(name + ".json")
    path.write_text(json.dumps({"brian2": __version__, **content}) + "\n")
    print("wrote", path, file=sys.stderr)
