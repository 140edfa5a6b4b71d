#!/usr/bin/env python3
"""The error that `--precision f32` brings: runs the models of this table with f64 and with f32 and prints a table in Markdown.

    python3 benches/precision.py --snnc target/release/snnc

Spikes are compared neuron by neuron, in order. The shift is the largest one up to the first spike that is missing or more than half an
interval away; in a recurrent network, whose activity is chaotic, that comes soon, and there rates tell more.
"""
import argparse
import csv
import json
import os
import subprocess
import tempfile

LIF = """seed = 1
neurons P[1000] {
    dv/dt = (drive - v)/(20 ms) : 1 (unless refractory)
    drive : 1
    drive(0) = 1.02 + 2.0*i/N
    threshold: v > 1
    reset: v = 0
    refractory: 5 ms
    method: exact
}
run 10 second
record spikes of P
"""
HERE = os.path.dirname(os.path.abspath(__file__))
# Name, text or file, further lines, constants.
MODELS = [
    ("LIF, 1000 neurons apart, 10 s", LIF, "", []),
    ("Hodgkin-Huxley, 1000 neurons apart, 1 s", "uncoupled_hh", "record spikes of P\n", ["neurons=1000"]),
    ("CUBA, 4000 neurons, 1 s", "cuba", "record spikes of P\n", []),
]


def spikes(binary, text, constants, precision, folder):
    path = os.path.join(folder, "model.snn")
    with open(path, "w") as out:
        out.write(text)
    command = [binary, "run", path, "--out", os.path.join(folder, precision), "--format", "csv", "--precision", precision, "--json", "--threads", "1"]
    for constant in constants:
        command += ["--set", constant]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stdout)
    found = {}
    for file in json.loads(done.stdout)["files"]:
        with open(file) as lines:
            rows = csv.reader(lines)
            names = next(rows)
            time, neuron = next(k for k, n in enumerate(names) if n.startswith("t")), next(k for k, n in enumerate(names) if n.startswith("i"))
            for row in rows:
                found.setdefault(int(row[neuron]), []).append(float(row[time]))
    return found


def compare(a, b):
    """First difference, largest shift before it, spikes compared alike, all spikes of both."""
    first, largest, alike = float("inf"), 0.0, 0
    for neuron in set(a) | set(b):
        x, y = a.get(neuron, []), b.get(neuron, [])
        previous = 0.0
        for k in range(max(len(x), len(y))):
            if k >= len(x) or k >= len(y) or abs(x[k] - y[k]) > 0.5*max(x[k] - previous, 1e-3):
                first = min(first, (x if k < len(x) else y)[k])
                break
            previous = x[k]
            largest = max(largest, abs(x[k] - y[k]))
            alike += x[k] == y[k]
    return first, largest, alike, sum(map(len, a.values())), sum(map(len, b.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snnc", required=True)
    arguments = parser.parse_args()
    print("| model | spikes with f64 | with f32 | at the same step | largest shift | first spike that is missing or elsewhere |")
    print("|---|---|---|---|---|---|")
    for name, text, more, constants in MODELS:
        if "\n" not in text:
            text = open(os.path.join(HERE, "workloads", text + ".snn")).read().replace("run 100 ms", "run 1 second")
        with tempfile.TemporaryDirectory() as folder:
            a, b = (spikes(arguments.snnc, text + more, constants, precision, folder) for precision in ("f64", "f32"))
        first, largest, alike, double, single = compare(a, b)
        missing = "none" if first == float("inf") else f"at {first*1e3:.1f} ms"
        print(f"| {name} | {double} | {single} | {100*alike/double:.1f} % | {largest*1e3:.1f} ms | {missing} |")


if __name__ == "__main__":
    main()
