#!/usr/bin/env python3
"""How the cost of a run grows with neurons, synapses and spikes: processor time of the loop over three decades of each, as a table and as a
figure that snnc draws.

    python3 benches/scaling.py --snnc target/release/snnc --out scaling

Each point is the smallest of `--rounds` runs, the points in turn, less the smallest run of the same model without steps; so that what other programs on the
machine do is left out as far as possible. The exponent is the slope of a line through the points in logarithmic scales: 1 where cost is
linear.
"""
import argparse
import math
import os
import subprocess
import tempfile

NEURONS = """seed = 1
neurons P[{n}] {{
    dv/dt = (drive - v)/(20 ms) : 1 (unless refractory)
    drive : 1
    drive(0) = 2.0*i/N
    v(0) = rand()
    threshold: v > 1
    reset: v = 0
    refractory: 5 ms
    method: exact
}}
run {t} ms
"""
# 1000 sources that spike at 100 Hz, and n synapses in total.
SYNAPSES = """seed = 1
dt = 1 ms
poisson P[1000] {{ rates: 100 Hz }}
neurons Q[1000] {{
    dg/dt = -g/(5 ms) : 1
    method: exact
}}
synapses S: P -> Q {{
    w : 1 = rand()
    on_pre: g += w  # allow W0750: the shortest runs measure what is not the loop
    connect: j = int(rand()*N_post) for _ in range({n}//1000)
    delay: 1 ms
}}
run {t} ms
"""
# 1000 sources with 1000 synapses each; n spikes in all during a second.
SPIKES = """seed = 1
dt = 1 ms
poisson P[1000] {{ rates: {n} Hz/1000 }}
neurons Q[1000] {{
    dg/dt = -g/(5 ms) : 1
    method: exact
}}
synapses S: P -> Q {{
    w : 1 = rand()
    on_pre: g += w  # allow W0750: the shortest runs measure what is not the loop
    connect: j = int(rand()*N_post) for _ in range(1000)
    delay: 1 ms
}}
run {t} ms
"""
# What grows, the model, values with the milliseconds of model time that make their cost measurable, and a value so small that only the cost of the
# steps themselves is left.
SERIES = [
    ("neurons", NEURONS, {1000: 20000, 10000: 4000, 100000: 500, 1000000: 100}, None),
    ("synapses", SYNAPSES, {20000: 50000, 200000: 10000, 2000000: 1000, 20000000: 500}, 1000),
    ("spikes", SPIKES, {1000: 50000, 10000: 10000, 100000: 2000, 1000000: 500}, 1),
]


def seconds(binary, text, folder):
    """Processor time of a run."""
    path = os.path.join(folder, "model.snn")
    with open(path, "w") as out:
        out.write(text)
    process = subprocess.Popen([binary, "run", path, "--quiet", "--threads", "1"])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{path} failed")
    return usage.ru_utime + usage.ru_stime


def slope(points):
    """Of the line of least squares through logarithms."""
    logs = [(math.log(n), math.log(cost)) for n, cost in points]
    x, y = (sum(values)/len(logs) for values in zip(*logs))
    return sum((a - x)*(b - y) for a, b in logs)/sum((a - x)**2 for a, _ in logs)


def figure(found):
    """The figure as a model without neurons."""
    lines = ['title "Cost"']
    for name, points in found:
        numbers = ", ".join(str(float(n)) for n, _ in points)
        costs = ", ".join(f"{cost:.6g}" for _, cost in points)
        lines += [f"let {name} = [{numbers}]", f"let cost_of_{name} = [{costs}] second"]
    for name, points in found:
        last, cost = points[-1]
        lines.append(f'plot "Cost of {name}": points(cost_of_{name}, label: "measured") vs {name}, '
                     f'curve({cost/last:.6g} second*n, n: {points[0][0]} .. {last}, label: "linear", style: dashed), '
                     f'xscale: log, yscale: log, xlabel: "{name}", ylabel: "processor time"')
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snnc", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="scaling")
    arguments = parser.parse_args()
    found = []
    print("| what grows | number | processor time for a second of model time | per unit |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, text, times, none in SERIES:
            best = {}
            for _ in range(arguments.rounds):
                for n, time in times.items():
                    # Two steps instead of all: what is left is the loop.
                    for m in (n, none) if none else (n,):
                        for t in (time, 2):
                            cost = seconds(arguments.snnc, text.format(n=m, t=t), folder)
                            best[m, t] = min(cost, best.get((m, t), cost))
            points = []
            for n, time in times.items():
                cost = best[n, time] - best[n, 2]
                cost -= best[none, time] - best[none, 2] if none else 0.0
                points.append((n, max(cost, 1e-5)/time*1e3))
            found.append((name, points))
            for n, cost in points:
                print(f"| {name} | {n} | {cost*1e3:.2f} ms | {cost/n*1e9:.1f} ns |")
            print(f"| {name} | exponent | {slope(points):.2f} | |")
        path = os.path.join(folder, "figure.snn")
        with open(path, "w") as out:
            out.write(figure(found))
        subprocess.run([arguments.snnc, "run", path, "--quiet", "--out", arguments.out, "--format", "svg,png"], check=True)


if __name__ == "__main__":
    main()
