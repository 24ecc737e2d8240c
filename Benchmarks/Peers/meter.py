"""Benchmark topic `meter`: what it costs to meter, against codecarbon.

Both meters run the same commands in turn. A meter's own processor time is read from the kernel's
clock of the meter's process, children excluded, so the metered work does not blur it; helpers
that codecarbon starts are added, since they are part of what it costs.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version

from paired import row, run, show

ergon = os.environ["ERGON"]
benchmarks = os.environ["BENCHMARKS"]
here = os.path.dirname(os.path.abspath(__file__))
peer = "codecarbon " + version("codecarbon")


def with_ergon(command, scratch, *options):
    """Meters a command with ergon; its own cost, and the joules it reports."""
    out = os.path.join(scratch, "ergon.json")
    cost = run([ergon, "measure", "--quiet", "--output", out,
                "--ledger", os.path.join(scratch, "ledger.sqlite"), *options, "--", *command])
    with open(out) as file:
        cost["joules"] = json.load(file)["runs"][0]["bill"]["energyJ"]["best"]
    return cost


def with_codecarbon(command, scratch, period=15.0):
    out = os.path.join(scratch, "codecarbon.json")
    cost = run([sys.executable, os.path.join(here, "codecarbon_run.py"), scratch, out,
                str(period), *command])
    with open(out) as file:
        told = json.load(file)
    cost["cpu"] += told["helpers_cpu"]
    cost["joules"] = told["joules"]
    return cost


def pairs(command, repeats, scratch):
    ours, theirs = [], []
    for index in range(repeats):
        both = [(ours, with_ergon), (theirs, with_codecarbon)]
        for costs, meter in both if index % 2 == 0 else both[::-1]:
            costs.append(meter(command, scratch))
    return ours, theirs


def column(costs, key):
    return [cost[key] for cost in costs]


def small_command(repeats, scratch):
    ours, theirs = pairs(["true"], repeats, scratch)
    return [
        row("CPU time to meter `true`", "s", column(ours, "cpu"), peer, column(theirs, "cpu")),
        row("start to result of `true`", "s", column(ours, "wall"), peer, column(theirs, "wall")),
        row("peak memory metering `true`", "KiB", column(ours, "peak"), peer, column(theirs, "peak")),
    ]


def sampling(seconds, scratch):
    ours = with_ergon(["sleep", str(seconds)], scratch, "--sample", "10ms")
    base = with_ergon(["sleep", str(seconds)], scratch)
    theirs = with_codecarbon(["sleep", str(seconds)], scratch, period=0.01)
    zero = with_codecarbon(["sleep", str(seconds)], scratch)
    share = lambda with_, without: [max(0.0, with_["cpu"] - without["cpu"]) / seconds * 100]
    return [row("sampling at 100 Hz, share of a core", "%", share(ours, base), peer,
                share(theirs, zero))]


def real_programs(repeats, scratch, quick):
    rows = []
    for name, command in programs(scratch, quick):
        ours, theirs = pairs(command, repeats, scratch)
        rows += [
            row(f"CPU time to meter {name}", "s", column(ours, "cpu"), peer, column(theirs, "cpu")),
            row(f"energy reported for {name}", "J", column(ours, "joules"), peer,
                column(theirs, "joules")),
        ]
    return rows


def programs(scratch, quick):
    """A compression of a large file, a Python script, a multi-process build."""
    data = os.path.join(scratch, "headers.tar")
    if not os.path.exists(data):
        subprocess.run(["tar", "-cf", data, "-C", "/usr", "include"], check=True)
        with open(data, "r+b") as file:
            file.truncate(min(os.path.getsize(data), (8 if quick else 48) << 20))
    yield "a compression (xz)", ["sh", "-c", f"exec xz -3 -k -c {data} >/dev/null"]

    count = 300_000 if quick else 3_000_000
    yield "a Python script", [sys.executable, "-c", (
        f"import hashlib, json; h = hashlib.sha256()\n"
        f"for i in range({count}): h.update(str(i * i % 977).encode())\n"
        f"print(json.dumps({{'digest': h.hexdigest()}}))")]

    build = os.path.join(scratch, "build")
    os.makedirs(build, exist_ok=True)
    units = range(8 if quick else 40)
    for unit in units:
        with open(os.path.join(build, f"unit{unit}.c"), "w") as file:
            file.write("#include <stdio.h>\n#include <stdlib.h>\n#include <math.h>\n#include <string.h>\n")
            for f in range(60):
                file.write(f"double f{unit}_{f}(const double *x, int n) {{ double s = {f}; "
                           f"for (int i = 0; i < n; i++) s += x[i] * s - {unit}.5 / (s * s + 1); return s; }}\n")
    with open(os.path.join(build, "Makefile"), "w") as file:
        objects = " ".join(f"unit{unit}.o" for unit in units)
        file.write(f"lib.a: {objects}\n\tar rcs $@ $^\n%.o: %.c\n\tcc -O2 -c -o $@ $<\n")
    yield "a build (make -j2)", ["sh", "-c", f"exec make -s -B -j2 -C {build}"]


def windows(quick):
    told = json.loads(subprocess.run(
        [os.path.join(benchmarks, "meter-benchmark")] + (["--quick"] if quick else []),
        check=True, capture_output=True, text=True).stdout)
    out = subprocess.run([sys.executable, os.path.join(here, "codecarbon_task.py"), "12"],
                         check=True, capture_output=True, text=True).stdout
    task = json.loads(out.strip().splitlines()[-1])[2:]  # the first ones identify the machine
    rows = []
    for entry in told:
        theirs, name = ([entry["limit"]], "limit") if "limit" in entry else (task, peer)
        ours = [entry["value"]]
        rows.append(row(entry["measure"], entry["unit"], ours * len(theirs), name, theirs))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="ergon-bench-")
    try:
        rows = windows(options.quick)
        rows += small_command(5 if options.quick else 15, scratch)
        rows += sampling(5 if options.quick else 20, scratch)
        rows += real_programs(3 if options.quick else 7, scratch, options.quick)
        show(rows, options.json)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


main()
