"""Meters one command with codecarbon, the way its documentation shows: start, work, stop.

usage: codecarbon_run.py FOLDER OUT PERIOD COMMAND...
The offline class with a stated country: no look-ups on the network.
"""
import json
import os
import resource
import sys

from codecarbon import OfflineEmissionsTracker

folder, out, period, *command = sys.argv[1:]
tracker = OfflineEmissionsTracker(
    country_iso_code="FRA", measure_power_secs=float(period), log_level="critical",
    output_dir=folder, allow_multiple_runs=True)
tracker.start()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, subject = os.wait4(pid, 0)
tracker.stop()
children = resource.getrusage(resource.RUSAGE_CHILDREN)
helpers = (children.ru_utime + children.ru_stime) - (subject.ru_utime + subject.ru_stime)
with open(out, "w") as file:
    json.dump({"joules": tracker.final_emissions_data.energy_consumed * 3.6e6,
               "helpers_cpu": max(0.0, helpers)}, file)
