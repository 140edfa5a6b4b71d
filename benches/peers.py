#!/usr/bin/env python3
"""Compares snnc with Brian2 (C++ standalone) and NEST on the workloads in benches/workloads.

    python3 benches/peers.py --snnc target/release/snnc --rounds 5 cuba brunel
    python3 benches/peers.py --snnc target/release/snnc --only snnc        # one line of JSON per run, no peers

The peers are installed into a virtual environment of their own (--venv, made when it does not exist). All tools run in turn, A B C A B C ..., so that a
machine whose speed drifts is fair to all. Printed are one line of JSON per run and, at the end, per phase the ratio peer/snnc of
each round as median and range. Rates that differ by more than a tenth are pointed out: then the tools did not do equal work.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# Name, file, neurons, further constants, seconds of model time.
WORKLOADS = {
    "cuba": ("cuba", 4000, {}, 1.0),
    "cuba_large": ("cuba", 40000, {}, 1.0),
    "coba_hh": ("coba_hh", 4000, {}, 1.0),
    "brunel": ("brunel", 12500, {}, 1.0),
    "brunel_delays": ("brunel_delays", 12500, {}, 1.0),
    "stdp": ("stdp", 10000, {"synapses_each": 100}, 1.0),
    "uncoupled_lif": ("uncoupled_lif", 1000000, {}, 0.1),
}
PACKAGES = {"brian2": ["brian2==2.11.0", "numpy<2.4"], "nest": ["nest-simulator", "numpy"]}
# `cpu`: seconds of processor time of the whole program, without imports and the compiling of C++; it says most on a busy machine.
PHASES = ("build", "connect", "loop", "cpu")


def python_with(venv, peer):
    """The interpreter of an environment that has a peer."""
    folder = os.path.join(venv, peer)
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[peer]], check=True)
    return python


def run_snnc(binary, workload, threads):
    file, neurons, constants, seconds = WORKLOADS[workload]
    command = [binary, "run", os.path.join(HERE, "workloads", file + ".snn"), "--json", "--threads", str(threads), "--set", f"neurons={neurons}"]
    for name, value in constants.items():
        command += ["--set", f"{name}={value}"]
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
    return dict(tool="snnc", workload=workload, neurons=neurons, threads=threads, build=wall - connect - loop, connect=connect, loop=loop, cpu=usage.ru_utime + usage.ru_stime, spikes=spikes,
                rate=spikes / neurons / report["simulated_s"], peak_mib=usage.ru_maxrss / 1024)


def run_peer(command, workload):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        print(f"# {command[1]} cannot run {workload}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return dict(json.loads(lines[-1]), workload=workload)


def contestants(arguments, workload, scratch):
    """What runs in a round: name and a function that gives a record."""
    file, neurons, constants, seconds = WORKLOADS[workload]
    threads = arguments.threads
    yield "snnc", lambda: run_snnc(arguments.snnc, workload, threads)
    if "brian2" in arguments.only:
        python = python_with(arguments.venv, "brian2")
        for flavor in arguments.flavors.split(","):
            folder = os.path.join(scratch, f"{workload}-{flavor}")
            each = [str(constants["synapses_each"])] if constants else []
            command = [python, os.path.join(HERE, "peers", "brian2_model.py"), file, str(neurons), str(seconds), flavor, str(threads), folder, *each]
            yield f"brian2 {flavor}", lambda command=command: run_peer(command, workload)
    if "nest" in arguments.only and file in ("cuba", "brunel", "brunel_delays"):
        python = python_with(arguments.venv, "nest")
        command = [python, os.path.join(HERE, "peers", "nest_model.py"), file, str(neurons), str(seconds), str(threads)]
        yield "nest", lambda: run_peer(command, workload)


def compare(workload, rounds):
    """Ratios peer/snnc, round by round."""
    names = [name for name in rounds[0] if name != "snnc"]
    for name in names:
        pairs = [(one["snnc"], one[name]) for one in rounds if one.get(name)]
        if not pairs:
            continue
        cells = []
        for phase in PHASES:
            ratios = [theirs[phase] / max(ours[phase], 1e-9) for ours, theirs in pairs]
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
    parser.add_argument("--only", default="snnc,brian2,nest", help="tools, comma separated; snnc always runs")
    parser.add_argument("workloads", nargs="*", default=[])
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    scratch = arguments.scratch or tempfile.mkdtemp(prefix="snnc-peers-")
    try:
        for workload in arguments.workloads or WORKLOADS:
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
