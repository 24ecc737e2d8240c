"""Wall microseconds of one codecarbon task (start_task, stop_task) around nothing; a JSON list."""
import json
import sys
import tempfile
import time

from codecarbon import OfflineEmissionsTracker

folder = tempfile.mkdtemp()
tracker = OfflineEmissionsTracker(
    country_iso_code="FRA", log_level="critical", output_dir=folder, save_to_file=False,
    allow_multiple_runs=True)
costs = []
for index in range(int(sys.argv[1])):
    start = time.perf_counter()
    tracker.start_task(f"task {index}")
    tracker.stop_task()
    costs.append((time.perf_counter() - start) * 1e6)
tracker.stop()
print(json.dumps(costs))
