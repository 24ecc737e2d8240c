"""Benchmark topic `ternary`: made-up ternary models against llama.cpp, other peers and the machine.

Each point is a fresh process on each side, ours and the peers' in turn. llama.cpp comes with the
package llama-cpp-python; any other peer is taken by the path of its own bench program:

  --peer NAME=BENCH:MODEL[:SHAPE]    a program that takes llama-bench's options, and the file it
                                     reads; SHAPE is 0.7b, 2b (unless said) or 3b

Limits are what the same threads read from memory, or multiply as int8, around each test.
"""
import argparse
import json
import os
import subprocess
import sys
import time

import ternary_model
from paired import row, run, show

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "..", "..", ".bench", "ternary-models")
ergon = os.environ["ERGON"]
LLAMA = "llama.cpp TQ2_0"
# Known peers that nobody packages.
UNPACKAGED = ("bitnet.cpp", "ik_llama.cpp")


def call(argv):
    result = subprocess.run(argv, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: ended with {result.returncode}: {result.stderr[-500:]}")
    return result.stdout


def ours(path, threads, prompts, generated, *more):
    """Tests by name, each with its speed and limit; loading time and peak memory."""
    answer = json.loads(call([
        ergon, "bench", "lm", "--model", path, "-t", str(threads), "-p", prompts, "-g",
        str(generated), "-r", "1", "--json", "--no-save", *more]))
    answer["tests"] = {test["test"]: test for test in answer["tests"]}
    return answer


def llama(path, threads, prompts, generated):
    return json.loads(call([
        sys.executable, os.path.join(here, "ternary_llama.py"), path, str(threads), prompts,
        str(generated)]))


class Peer:
    """A bench program of llama.cpp's kind."""

    def __init__(self, text):
        self.name, _, rest = text.partition("=")
        parts = rest.split(":")
        if not self.name or len(parts) not in (2, 3):
            sys.exit(f"--peer {text}: expected NAME=BENCH:MODEL[:SHAPE]")
        self.bench, self.model = parts[:2]
        self.shape = parts[2] if len(parts) == 3 else "2b"
        for path in (self.bench, self.model):
            if not os.path.exists(path):
                sys.exit(f"--peer {text}: there is no {path}")

    def tests(self, threads, prompts, generated):
        rows = json.loads(call([
            self.bench, "-m", self.model, "-t", str(threads), "-p", prompts, "-n", str(generated),
            "-r", "1", "-o", "json"]))
        return {
            (f"pp{r['n_prompt']}" if r["n_gen"] == 0 else f"tg{r['n_gen']}"): r["avg_ts"]
            for r in rows}


def against_peers(shape, path, peers, repeats, prompts, generated):
    words = {f"pp{n}": f"prompt of {n} tokens" for n in prompts.split(",")}
    words[f"tg{generated}"] = f"{generated} tokens generated"
    for threads in threads_list:
        exact, certified, theirs, narrow = [], [], [], []
        others = {peer.name: [] for peer in peers}
        for index in range(repeats):
            sides = [
                lambda: exact.append(ours(path, threads, prompts, generated, "--head", "exact")),
                lambda: certified.append(ours(path, threads, "0", generated)),
                lambda: narrow.append(
                    ours(path, threads, prompts, generated, "--head", "exact", "--isa", "avx2")),
                lambda: theirs.append(llama(path, threads, prompts, generated))]
            for peer in peers:
                sides.append(lambda peer=peer: others[peer.name].append(
                    {"tests": peer.tests(threads, prompts, generated)}))
            # Whoever begins a round does not begin the next.
            for side in sides[index % len(sides):] + sides[:index % len(sides)]:
                time.sleep(0.3)
                side()
        # The certified head is a question of generation alone.
        variants = [("exact head", exact, list(words)), ("certified head", certified, [f"tg{generated}"]),
                    ("AVX2, exact head", narrow, list(words))]
        for title, answers, tests in variants:
            for test in tests:
                speeds = [a["tests"][test]["tokensPerS"] for a in answers]
                measure = f"{shape}, {words[test]}, {title}"
                for name, other in [(LLAMA, theirs)] + list(others.items()):
                    yield row(measure, "tokens/s", speeds, name,
                              [o["tests"][test] for o in other], threads)
                key, unit = (
                    ("int8PerS", "GMAC/s") if test.startswith("pp") else ("readBytesPerS", "GB/s"))
                yield row(f"{measure}, of the limit", unit,
                          [a["tests"][test][key] / 1e9 for a in answers], "limit",
                          [a["tests"][test]["limitPerS"] / 1e9 for a in answers], threads)
        yield row(f"{shape}, {words[f'tg{generated}']}, certified head to exact head", "tokens/s",
                  [a["tests"][f"tg{generated}"]["tokensPerS"] for a in certified], "exact head",
                  [a["tests"][f"tg{generated}"]["tokensPerS"] for a in exact], threads)
        yield row(f"{shape}, loading", "s", [a["loadS"] for a in exact], LLAMA,
                  [a["loadS"] for a in theirs], threads)
        yield row(f"{shape}, peak memory", "MB", [a["peakMemoryB"] / 1e6 for a in certified], LLAMA,
                  [a["peakMemoryB"] / 1e6 for a in theirs], threads)
        yield row(f"{shape}, peak memory to the file's size", "MB",
                  [a["peakMemoryB"] / 1e6 for a in certified], "file",
                  [os.path.getsize(path) / 1e6] * len(certified), threads)


def batches(shape, path, repeats, generated):
    for threads in threads_list:
        eight, one = [], []
        for index in range(repeats):
            tests = ours(path, threads, "0", generated, "-b", "1,8" if index % 2 else "8,1")["tests"]
            eight.append(tests[f"tg{generated}x8"]["tokensPerS"])
            one.append(tests[f"tg{generated}"]["tokensPerS"])
        yield row(f"{shape}, {generated} tokens generated in 8 sequences at once", "tokens/s",
                  eight, "one sequence", one, threads)


def first_token(repeats):
    """Process start to the first token of the smallest real model."""
    data = os.path.join(os.environ.get("ERGON_DATA", ""), "stories260K")
    model = os.path.join(data, "stories260K.bin")
    if not os.path.exists(model):
        print("left out: first token of stories260K (set ERGON_DATA to the real data)",
              file=sys.stderr)
        return
    generate = [ergon, "generate", "Once", "--model", model, "--tokenizer",
                os.path.join(data, "tok512.bin"), "-n", "1", "--greedy", "--no-save"]
    run(generate)
    took, bare = [], []
    for _ in range(repeats):
        took.append(run(generate)["wall"] * 1e3)
        bare.append(run([ergon, "--version"])["wall"] * 1e3)
    yield row("start of the process to its first token, stories260K", "ms", took,
              "ergon --version", bare, os.cpu_count())


def tokenizers(repeats):
    """Loading a vocabulary of 150,000 merges, and encoding, against Hugging Face's tokenizers."""
    from importlib.metadata import version

    import ternary_tokenizer

    path, corpus = ternary_tokenizer.make(folder)
    program = os.path.join(os.environ["BENCHMARKS"], "ternary-benchmark")
    peer = f"tokenizers {version('tokenizers')}"
    mine, theirs = [], []
    for _ in range(repeats):
        mine.append(json.loads(call([program, path, corpus])))
        theirs.append(json.loads(call([
            sys.executable, os.path.join(here, "ternary_tokenizer.py"), path, corpus])))
    if any(a["tokens"] != b["tokens"] for a, b in zip(mine, theirs)):
        raise RuntimeError("the two tokenizers disagree about the corpus")
    yield row("loading a vocabulary of 150,000 merges", "ms", [a["loadS"] * 1e3 for a in mine], peer,
              [a["loadS"] * 1e3 for a in theirs])
    yield row("encoding", "MB/s", [a["bytesPerS"] / 1e6 for a in mine], peer,
              [a["bytesPerS"] / 1e6 for a in theirs])


def main():
    global threads_list
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", action="append", default=[], type=Peer)
    parser.add_argument("--shapes", default=None, help="0.7b,2b unless said; --quick: 0.7b")
    options = parser.parse_args()
    threads_list = [1, 2] if (os.cpu_count() or 1) > 1 else [1]
    shapes = (options.shapes or ("0.7b" if options.quick else "0.7b,2b")).split(",")
    repeats = 2 if options.quick else 5
    prompts, generated = ("128", 32) if options.quick else ("128,512", 64)
    given = {peer.name for peer in options.peer}
    for name in UNPACKAGED:
        if name not in given:
            print(f"left out: {name} (give its own bench program with --peer)", file=sys.stderr)
    os.makedirs(folder, exist_ok=True)
    rows = []
    parts = [first_token(5), tokenizers(3)]
    for shape in shapes:
        path = os.path.join(folder, f"{shape}-tq2_0.gguf")
        print(f"making {path}", file=sys.stderr)
        ternary_model.write(path, shape)
        peers = [peer for peer in options.peer if peer.shape == shape]
        parts.append(against_peers(shape, path, peers, repeats, prompts, generated))
        parts.append(batches(shape, path, repeats, generated))
    for part in parts:
        for entry in part:
            rows.append(entry)
            print(f"{entry['measure']}, {entry['threads']} threads, {entry['peer']}: "
                  f"{entry['ratio']:.3g}", file=sys.stderr)
    show(rows, options.json)


main()
