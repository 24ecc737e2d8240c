"""Benchmark topic `tensor`: the tensor engine against PyTorch on the CPU, and against the machine.

Both sides stay up and are timed in turn, row by row, on one thread and on two; the other side
sleeps meanwhile. What a process costs as a whole (memory, start) is taken from fresh ones.
"""
import argparse
import os
import subprocess
import sys
import time

from paired import row, show
from tensor_torch import Torch

binary = os.path.join(os.environ["BENCHMARKS"], "tensor-benchmark")
here = os.path.dirname(os.path.abspath(__file__))

# Name, measure, unit, and how many of the unit a second has.
ROWS = [
    ("lenet-step", "LeNet-5 training step, batch 64", "ms"),
    ("lenet-inference-1", "LeNet-5 inference, batch 1", "µs"),
    ("lenet-inference-256", "LeNet-5 inference, batch 256", "ms"),
    ("mlp-step", "MLP 784-256-10 training step, batch 64", "ms"),
    ("decoder-step", "decoder transformer training step, 8 x 256 tokens", "ms"),
    ("resnet-step", "ResNet-20 training step, batch 32", "ms"),
    ("adamw", "AdamW step, 5.2 million parameters", "ms"),
    ("skinny-8", "product 8 x 2048 x 2048", "µs"),
    ("gemv-2048", "matrix-vector product 2048 x 2048", "µs"),
    ("conv-16x32", "3 x 3 convolution, 32 images of 32 x 32 x 16", "µs"),
    ("conv-32x16", "3 x 3 convolution, 32 images of 16 x 16 x 32", "µs"),
    ("conv-64x8", "3 x 3 convolution, 32 images of 8 x 8 x 64", "µs"),
    ("conv-64x56", "3 x 3 convolution, 1 image of 56 x 56 x 64", "µs"),
    ("add", "add, 10⁶ elements", "µs"),
    ("relu", "ReLU, 10⁶ elements", "µs"),
    ("exp", "exp, 10⁶ elements", "µs"),
    ("gelu", "GELU, 10⁶ elements", "µs"),
    ("tanh", "tanh, 10⁶ elements", "µs"),
    ("sum", "sum, 10⁶ elements", "µs"),
    ("softmax", "softmax, 1000 x 1000", "µs"),
    ("add-2x2", "add, 2 x 2", "ns"),
    ("chain", "chain of 100 operations on one number", "µs"),
    ("chain-gradient", "chain of 100 operations on one number, with gradient", "µs"),
]
A_SECOND = {"ms": 1e3, "µs": 1e6, "ns": 1e9}


class Ergon:
    """Times rows in a process of ours."""

    def __init__(self):
        self.process = subprocess.Popen(
            [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.sets = self.ask("sets").split()
        self.best = next(s for s in ("avx512", "neon", "avx2", "scalar") if s in self.sets)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer or answer.startswith("cannot"):
            raise RuntimeError(f"tensor-benchmark: {line}: {answer or 'ended'}")
        return answer

    def seconds(self, name, threads, milliseconds, instructions=None):
        return float(
            self.ask(f"time {name} {threads} {instructions or self.best} {milliseconds}"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def alternate(repeats, first, second, threads=1):
    """Both measured in turn, each first in half of the repeats."""
    # PyTorch's second thread stays awake for a fifth of a second after its last loop, on the core
    # that ours would then have to wait for.
    rest = 0.3 if threads > 1 else 0.02
    pairs = []
    for index in range(repeats):
        both = {}
        for which in (0, 1) if index % 2 == 0 else (1, 0):
            time.sleep(rest)
            both[which] = (first, second)[which]()
        pairs.append((both[0], both[1]))
    return [p[0] for p in pairs], [p[1] for p in pairs]


def against_torch(ergon, torch, repeats, milliseconds, threads_list):
    for name, measure, unit in ROWS:
        for threads in threads_list:
            ours, theirs = alternate(
                repeats, lambda: ergon.seconds(name, threads, milliseconds),
                lambda: torch.seconds(name, threads, milliseconds), threads)
            scale = A_SECOND[unit]
            yield row(measure, unit, [s * scale for s in ours], torch.name,
                      [s * scale for s in theirs], threads)


def products(ergon, torch, repeats, milliseconds, threads_list):
    for size in (512, 1024, 2048):
        for instructions in ("avx512", "avx2", "neon"):
            if instructions not in ergon.sets:
                continue
            for threads in threads_list:
                name = f"sgemm-{size}"
                ours, theirs = alternate(
                    repeats, lambda: ergon.seconds(name, threads, milliseconds, instructions),
                    lambda: torch.seconds(name, threads, milliseconds), threads)
                yield row(f"product {size}³, {instructions}", "ms", [s * 1e3 for s in ours],
                          torch.name, [s * 1e3 for s in theirs], threads)


def limits(ergon, repeats, milliseconds):
    for size in (512, 1024, 2048):
        rate = lambda: 2e-9 * size ** 3 / ergon.seconds(f"sgemm-{size}", 1, milliseconds)
        ours, theirs = alternate(repeats, rate, lambda: float(ergon.ask("peak")))
        yield row(f"product {size}³, of the multiply-add peak", "Gflop/s", ours, "limit", theirs)
    for size in (2048, 8192):
        count = 4 * size * size
        ours, theirs = alternate(
            repeats, lambda: ergon.seconds(f"gemv-{size}", 1, milliseconds),
            lambda: count / (1e9 * float(ergon.ask(f"bandwidth {count}"))))
        yield row(f"matrix-vector product {size} x {size}, to reading the matrix", "µs",
                  [s * 1e6 for s in ours], "limit", [s * 1e6 for s in theirs])


def processes(torch, repeats, steps):
    peer = [sys.executable, os.path.join(here, "tensor_torch.py")]

    def peak(command):
        out = subprocess.run(command + ["memory", str(steps)], check=True, capture_output=True,
                             text=True).stdout
        return int(out) / 1024

    def start(command):
        begin = time.perf_counter()
        with subprocess.Popen(command + ["first-step"], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            return (time.perf_counter() - begin) * 1e3

    for measure, unit, take in [
            ("LeNet-5 training, peak memory of the process", "MiB", peak),
            ("start to the end of the first LeNet-5 training step", "ms", start)]:
        take([binary]), take(peer)  # files are read from the disk once
        ours, theirs = alternate(repeats, lambda: take([binary]), lambda: take(peer))
        yield row(measure, unit, ours, torch.name, theirs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    repeats, milliseconds = (5, 40) if options.quick else (9, 150)
    threads_list = [1, 2] if (os.cpu_count() or 1) > 1 else [1]
    ergon, torch = Ergon(), Torch()
    try:
        rows = []
        for part in (
                against_torch(ergon, torch, repeats, milliseconds, threads_list),
                products(ergon, torch, repeats, milliseconds, threads_list),
                limits(ergon, repeats, milliseconds),
                processes(torch, 5, 20 if options.quick else 200)):
            for entry in part:
                rows.append(entry)
                print(f"{entry['measure']}, {entry['threads']} threads: "
                      f"{entry['ratio']:.3g}", file=sys.stderr)
        show(rows, options.json)
    finally:
        ergon.close()


main()
