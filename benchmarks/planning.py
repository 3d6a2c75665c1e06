"""Compare what planning costs here with the floor of Snakemake (`make bench-dag`).

The floor is a trivial workflow with as many jobs: two short rules in a chain, and one that collects.
Both are planned from nothing and with all up to date, by turns; CPU seconds and peak memory.
"""

import argparse
import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOOR = """
RUNS = [f"e{i}/seed-{s}" for i in range(int(config["count"]) // 10) for s in range(10)]

rule all:
    input:
        expand("out/{run}.b", run=RUNS),

rule a:
    output:
        "out/{experiment}/seed-{seed}.a",
    shell:
        "touch {output}"

rule b:
    input:
        "out/{experiment}/seed-{seed}.a",
    output:
        "out/{experiment}/seed-{seed}.b",
    shell:
        "touch {output}"
"""
SEEDS = 10


def overlay(runs: int) -> dict[str, object]:
    """Return a configuration of so many small runs in one study."""
    names = [f"e{number}" for number in range(runs // SEEDS)]
    return {
        "results": "results/planning",
        "seeds": list(range(SEEDS)),
        "experiments": {
            name: {"optimizer": {"learning_rate": (number + 1) * 1e-6}}
            for number, name in enumerate(names)
        },
        "studies": {
            **{name: {"enabled": False} for name in ("i", "ii", "iii", "iv")},
            "all": {"title": "All", "experiments": names, "panels": "none", "pairs": "first"},
        },
    }


def planned(folder: Path, *arguments: str) -> dict[str, float]:
    """Plan once; return CPU seconds, peak memory in MB and the number of jobs."""
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules", *arguments]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["/usr/bin/env", "time", "-f", "%M", *command] if shutil.which("time") else command,
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    said = done.stdout + done.stderr
    totals = [line.split()[1] for line in said.splitlines() if line.startswith("total ")]
    return {
        "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "memory": after.ru_maxrss / 1024,
        "jobs": int(totals[-1]) if totals else 0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
