#!/usr/bin/env python3
"""Compares snnc with Brian2 (C++ standalone), NEST and ANNarchy on the workloads in benches/workloads; benches/README.md tells what they are.

    python3 benches/peers.py --snnc target/release/snnc --rounds 5 cuba brunel
    python3 benches/peers.py --snnc target/release/snnc --only snnc        # one line of JSON per run, no peers

The peers are installed into virtual environments of their own (--venv, made when they do not exist; a peer that cannot be installed is left out). All
tools run in turn, A B C A B C ..., so that a machine whose speed drifts is fair to all. Printed are one line of JSON per run and, at the end, per
phase the ratio peer/snnc of each round as median and range. Rates that differ by more than a tenth are pointed out: then the tools did not do
equal work.
"""
import argparse
import collections
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FULL = 77169

# File, neurons, constants of the file, seconds of model time, the argument that peers get besides, and who can say the model.
Workload = collections.namedtuple("Workload", "file neurons constants seconds extra peers")
ALL, COMPILED = ("brian2", "nest", "annarchy"), ("brian2",)


def potjans(scale):
    return Workload("potjans", round(FULL*scale), {"scale": scale, "duration": "1 second"}, 1.0, scale, ("brian2", "nest"))


WORKLOADS = {
    "cuba": Workload("cuba", 4000, {"neurons": 4000}, 1.0, None, ALL),
    "cuba_large": Workload("cuba", 40000, {"neurons": 40000}, 1.0, None, ALL),
    "coba_hh": Workload("coba_hh", 4000, {"neurons": 4000}, 1.0, None, COMPILED),
    "brunel": Workload("brunel", 12500, {"neurons": 12500}, 1.0, None, ("brian2", "nest")),
    "brunel_delays": Workload("brunel_delays", 12500, {"neurons": 12500}, 1.0, None, ("brian2", "nest")),
    "stdp": Workload("stdp", 10000, {"neurons": 10000, "synapses_each": 100}, 1.0, 100, COMPILED),
    "uncoupled_lif": Workload("uncoupled_lif", 1000000, {"neurons": 1000000}, 0.1, None, COMPILED),
    "potjans": potjans(0.1),
    "potjans_full": potjans(1),
    "demo": Workload("demo", 10, {}, 0.1, None, ("brian2_script",)),
    "sweep": Workload("sweep", 1000, {"points": 100}, 100.0, 100, COMPILED),
}
PACKAGES = {"brian2": ["brian2==2.11.0", "numpy<2.4", "matplotlib"], "nest": ["nest-simulator", "numpy"], "annarchy": ["ANNarchy", "numpy<2.4"]}
# `cpu`: seconds of processor time of the whole program, without imports and the compiling of C++; it says most on a busy machine.
PHASES = ("build", "connect", "loop", "cpu", "wall")


def python_with(venv, peer):
    """The interpreter of an environment that has a peer; nothing where it cannot be installed."""
    folder = os.path.join(venv, peer)
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[peer]], stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            shutil.rmtree(folder)
            print(f"# {peer} cannot be installed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
    return python


def model_file(file, scratch):
    """The text that snnc runs. The cortical microcircuit is the example without its figures, for which peers record nothing either."""
    if file != "potjans":
        return os.path.join(HERE, "workloads", file + ".snn")
    with open(os.path.join(HERE, "..", "examples", "potjans_diesmann_2014.snn")) as example:
        text = example.read().split("\nfigure ")[0]
    path = os.path.join(scratch, "potjans.snn")
    with open(path, "w") as out:
        out.write(text + "\n")
    return path


def run_snnc(binary, name, threads, scratch, more):
    workload = WORKLOADS[name]
    folder = os.path.join(scratch, "out-" + name)
    command = [binary, "run", model_file(workload.file, scratch), "--json", "--threads", str(threads), "--out", folder, "--format", "svg", *more]
    for constant, value in workload.constants.items():
        command += ["--set", f"{constant}={value}"]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    report = json.loads(text)["report"]
    phases = dict(report["timings_s"])
    connect = phases.get("make synapses", 0.0) + phases.get("set up", 0.0) + phases.get("sort synapses", 0.0)
    loop = phases["simulate"]
    spikes = sum(p["spikes"] or 0 for p in report["populations"])
    return dict(tool="snnc", workload=name, neurons=workload.neurons, threads=threads, build=wall - connect - loop, connect=connect, loop=loop,
                cpu=usage.ru_utime + usage.ru_stime, wall=wall, spikes=spikes, rate=spikes/workload.neurons/workload.seconds,
                synapses=sum(p["synapses"] for p in report["projections"]), peak_mib=usage.ru_maxrss/1024)


def run_peer(command, name):
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - started
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        print(f"# {' '.join(command[1:3])} cannot run {name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return dict(json.loads(lines[-1]), workload=name, wall=wall)


def contestants(arguments, name, scratch):
    """What runs in a round: name and a function that gives a record."""
    workload, threads = WORKLOADS[name], arguments.threads
    peers = [peer for peer in workload.peers if peer.split("_")[0] in arguments.only]
    extra = [] if workload.extra is None else [str(workload.extra)]
    yield "snnc", lambda: run_snnc(arguments.snnc, name, threads, scratch, [])
    if arguments.procedural and workload.file in ("cuba", "brunel"):
        yield "snnc procedural", lambda: run_snnc(arguments.snnc, name, threads, scratch, ["--procedural", "all"])
    if arguments.single:
        yield "snnc f32", lambda: run_snnc(arguments.snnc, name, threads, scratch, ["--precision", "f32"])
    for peer in peers:
        python = python_with(arguments.venv, peer.split("_")[0])
        if python is None:
            continue
        script = lambda file: [python, os.path.join(HERE, "peers", file)]  # noqa: E731
        sizes = [workload.file, str(workload.neurons), str(workload.seconds)]
        if peer == "brian2":
            for flavor in arguments.flavors.split(","):
                folder = os.path.join(scratch, f"{name}-{flavor}-{threads}")
                command = [*script("brian2_model.py"), *sizes, flavor, str(threads), folder, *extra]
                yield f"brian2 {flavor}", lambda command=command: run_peer(command, name)
        elif peer == "brian2_script":
            for mode in ("numpy", "cython", "standalone"):
                command = [*script("brian2_demo.py"), mode, os.path.join(scratch, "demo-" + mode)]
                yield f"brian2 {mode}", lambda command=command: run_peer(command, name)
        else:
            command = [*script(peer + "_model.py"), *sizes, str(threads), *extra]
            yield peer, lambda command=command: run_peer(command, name)


def compare(workload, rounds):
    """Ratios peer/snnc, round by round."""
    names = [name for name in rounds[0] if name != "snnc"]
    for name in names:
        pairs = [(one["snnc"], one[name]) for one in rounds if one.get(name)]
        if not pairs:
            continue
        cells = []
        for phase in PHASES:
            ratios = [theirs[phase]/max(ours[phase], 1e-9) for ours, theirs in pairs if theirs.get(phase) is not None]
            if ratios:
                cells.append(f"{phase} {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
        ours = statistics.median(a["rate"] for a, _ in pairs)
        theirs = statistics.median(b["rate"] for _, b in pairs)
        memory = statistics.median(b["peak_mib"] / a["peak_mib"] for a, b in pairs)
        note = "" if abs(ours - theirs) <= 0.1 * max(ours, theirs) else "  RATES DIFFER"
        print(f"{workload:14s} {name:15s} {'  '.join(cells)}  memory {memory:.2f}  rates {ours:.2f} Hz, {theirs:.2f} Hz{note}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snnc", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--venv", default=os.path.join(tempfile.gettempdir(), "snnc-peers"))
    parser.add_argument("--scratch", help="folder that keeps compiled programs for later calls")
    parser.add_argument("--flavors", default="default,fast", help="compiler flags of Brian2: its own, and plain -ffast-math")
    parser.add_argument("--only", default="snnc,brian2,nest,annarchy", help="tools, comma separated; snnc always runs")
    parser.add_argument("--single", action="store_true", help="snnc with --precision f32, too")
    parser.add_argument("--procedural", action="store_true", help="snnc with --procedural all, too, where the workload allows it")
    parser.add_argument("workloads", nargs="*", default=[])
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    scratch = arguments.scratch or tempfile.mkdtemp(prefix="snnc-peers-")
    try:
        for workload in arguments.workloads or [name for name in WORKLOADS if name != "potjans_full"]:
            entries = list(contestants(arguments, workload, scratch))
            rounds = []
            for _ in range(arguments.rounds):
                found = {}
                for name, run in entries:
                    record = run()
                    if record:
                        print(json.dumps(record), flush=True)
                        found[name] = record
                rounds.append(found)
            compare(workload, rounds)
    finally:
        if not arguments.scratch:
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
