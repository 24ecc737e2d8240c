"""Paired rows: ours and a peer's figure, taken in turn, and the ratio with its spread."""
import json
import math
import os
import random
import statistics
import sys
import time


def cpu_seconds(pid):
    """Processor time of a process alone (all its threads, no children), in seconds.

    Works on a process that has ended and has not been waited for: Linux keeps its clock until
    then. The identifier is what clock_getcpuclockid(3) returns.
    """
    return time.clock_gettime((~pid << 3) | 2)


def run(argv, stdout=None):
    """Runs a command that must succeed; its wall seconds, own CPU seconds and peak KiB."""
    start = time.perf_counter()
    sink = os.open(stdout or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, sink, 1), (os.POSIX_SPAWN_DUP2, sink, 2)])
    os.close(sink)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - start
    own = cpu_seconds(pid)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"{' '.join(argv)}: ended with {os.waitstatus_to_exitcode(status)}")
    return {"wall": wall, "cpu": own, "peak": usage.ru_maxrss}


def interval(ratios, resamples=2000, seed=1):
    """Bootstrap 95 % interval of the median ratio."""
    generator = random.Random(seed)
    medians = sorted(
        statistics.median(generator.choices(ratios, k=len(ratios))) for _ in range(resamples))
    return medians[int(0.025 * resamples)], medians[int(0.975 * resamples) - 1]


def row(measure, unit, ours, peer, theirs, threads=1):
    """One row; `ours` and `theirs` are lists taken in turn, paired by position."""
    ratios = [a / b for a, b in zip(ours, theirs) if b > 0]
    low, high = interval(ratios) if len(ratios) > 1 else (math.nan, math.nan)
    return {
        "measure": measure, "threads": threads, "unit": unit, "ours": statistics.median(ours),
        "peer": peer, "theirs": statistics.median(theirs), "ratio": statistics.median(ratios),
        "ratioLow": low, "ratioHigh": high,
    }


def show(rows, as_json):
    if as_json:
        clean = [{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in r.items()}
                 for r in rows]
        json.dump(clean, sys.stdout, indent=2)
        print()
        return
    head = ("measure", "threads", "unit", "ours", "peer", "theirs", "ratio", "95 % interval")
    lines = [head] + [
        (r["measure"], str(r["threads"]), r["unit"], f"{r['ours']:.4g}", r["peer"],
         f"{r['theirs']:.4g}", f"{r['ratio']:.4g}",
         "" if math.isnan(r["ratioLow"]) else f"{r['ratioLow']:.4g} … {r['ratioHigh']:.4g}")
        for r in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
