#!/usr/bin/env python3
"""The error that `--precision f32` brings: runs the models of this table with f64 and with f32 and prints a table in Markdown.

    python3 benches/precision.py --snnc target/release/snnc

Spikes are compared neuron by neuron, in order. Where neurons differ in their number of spikes, as in a recurrent network, whose activity is chaotic,
there is no largest shift, and rates tell more.
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
    command = [binary, "run", path, "--out", os.path.join(folder, precision), "--format", "csv", "--precision", precision, "--json", "--threads", "1", "--seed", "1"]
    for constant in constants:
        command += ["--set", constant]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stdout)
    found = {}
    for file in json.loads(done.stdout)["files"]:
        if not file.endswith("_spikes.csv"):
            continue
        with open(file) as lines:
            rows = csv.reader(lines)
            names = next(rows)
            time, neuron = names.index("t_ms"), names.index("neuron")
            for row in rows:
                found.setdefault(int(row[neuron]), []).append(float(row[time])*1e-3)
    return found


def compare(a, b):
    """First time at which a spike is elsewhere, spikes at the same step, largest shift (nothing where neurons differ in their number of spikes)."""
    first, alike, largest = float("inf"), 0, 0.0
    for neuron in set(a) | set(b):
        x, y = a.get(neuron, []), b.get(neuron, [])
        moved = [min(pair) for pair in zip(x, y) if pair[0] != pair[1]]
        alike += sum(p == q for p, q in zip(x, y))
        if len(x) != len(y):
            largest = None
            moved.append((x + y)[min(len(x), len(y))] if not moved else moved[0])
        elif largest is not None:
            largest = max([largest] + [abs(p - q) for p, q in zip(x, y)])
        first = min([first] + moved)
    return first, alike, largest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snnc", required=True)
    arguments = parser.parse_args()
    print("| model | spikes with f64 | with f32 | rates differ by | spikes at the same step | largest shift | first spike elsewhere |")
    print("|---|---|---|---|---|---|---|")
    for name, text, more, constants in MODELS:
        if "\n" not in text:
            text = open(os.path.join(HERE, "workloads", text + ".snn")).read().replace("run 100 ms", "run 1 second")
        with tempfile.TemporaryDirectory() as folder:
            a, b = (spikes(arguments.snnc, text + more, constants, precision, folder) for precision in ("f64", "f32"))
        first, alike, largest = compare(a, b)
        double, single = (sum(map(len, x.values())) for x in (a, b))
        shift = "-" if largest is None else f"{largest*1e3:.1f} ms"
        elsewhere = "none" if first == float("inf") else f"at {first*1e3:.1f} ms"
        print(f"| {name} | {double} | {single} | {100*abs(single - double)/double:.2g} % | {100*alike/double:.3f} % | {shift} | {elsewhere} |")


if __name__ == "__main__":
    main()
