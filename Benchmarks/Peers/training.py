"""Benchmark topic `training`: language models and tokenizers learning, against PyTorch on the CPU
and Hugging Face's tokenizers.

A step is forward, backward, clipping and AdamW on 16 sequences of 256 tokens, of a decoder of width
256 with 4 layers, ternary and in full precision. Both sides stay up and take a step in turn; peak
memory is taken from fresh processes.
"""
import argparse
import os
import subprocess
import sys
import time

import training_tokenizer
from paired import row, show
from training_torch import Torch

binary = os.path.join(os.environ["BENCHMARKS"], "training-benchmark")
here = os.path.dirname(os.path.abspath(__file__))

ROWS = [
    (f"{kind}-{vocabulary}", f"{words}, vocabulary {vocabulary}")
    for vocabulary in (512, 4096)
    for kind, words in (("ternary", "ternary decoder"), ("full", "full-precision decoder"))
]


class Ergon:
    """Times steps in a process of ours."""

    def __init__(self):
        self.process = subprocess.Popen(
            [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def seconds(self, name, threads):
        line = f"step {name} {threads}\n"
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer or answer.startswith("cannot"):
            raise RuntimeError(f"training-benchmark: {line}: {answer or 'ended'}")
        return float(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def steps(repeats, threads_list):
    ergon, torch = Ergon(), Torch()
    try:
        for name, measure in ROWS:
            for threads in threads_list:
                sides = {0: lambda: ergon.seconds(name, threads),
                         1: lambda: torch.seconds(name, threads)}
                for side in sides.values():
                    side()
                pairs = []
                for index in range(repeats):
                    both = {}
                    for which in (0, 1) if index % 2 == 0 else (1, 0):
                        # PyTorch's second thread stays awake for a fifth of a second.
                        time.sleep(0.3 if threads > 1 else 0.02)
                        both[which] = sides[which]() * 1e3
                    pairs.append((both[0], both[1]))
                yield row(f"{measure}: training step", "ms", [p[0] for p in pairs], torch.name,
                          [p[1] for p in pairs], threads)
    finally:
        ergon.close()


def memory(repeats):
    peer = [sys.executable, os.path.join(here, "training_torch.py")]

    def peak(command, name):
        out = subprocess.run(command + ["memory", name, "3"], check=True, capture_output=True,
                             text=True).stdout
        return int(out) / 1024

    for name, measure in ROWS:
        pairs = [(peak([binary], name), peak(peer, name)) for _ in range(repeats)]
        yield row(f"{measure}: peak memory of the process", "MiB", [p[0] for p in pairs],
                  Torch.name, [p[1] for p in pairs])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    threads_list = [1, 2] if (os.cpu_count() or 1) > 1 else [1]
    rows = []
    for part in (steps(5 if options.quick else 15, threads_list), memory(1 if options.quick else 3),
                 training_tokenizer.rows(binary, 1 if options.quick else 3, threads_list)):
        for entry in part:
            rows.append(entry)
            print(f"{entry['measure']}, {entry['threads']} threads: {entry['ratio']:.3g}",
                  file=sys.stderr)
    show(rows, options.json)


main()
