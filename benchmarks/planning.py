"""Compare what planning costs here with the floor of Snakemake (`make bench-dag`).

The floor is a trivial workflow of as many jobs: two rules in a chain, and one that collects. Both
are planned from nothing and with all up to date, by turns; CPU seconds and peak memory.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from denoising.config.load import load
from denoising.config.resolve import resolved_experiment
from denoising.rebuild.code import CodeDigests
from denoising.rebuild.finished import config_text

ROOT = Path(__file__).parents[1]
SEEDS = 10
RESULTS = "results/planning"
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


def overlay(runs: int) -> dict[str, object]:
    """Return a configuration of so many runs in one study."""
    names = [f"e{number}" for number in range(runs // SEEDS)]
    return {
        "results": RESULTS,
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
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules", "--cores", "1"]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # a process of its own, whose children's use is this plan's alone
        with os.fdopen(writer, "w") as out:
            done = subprocess.run(
                [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False
            )
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            jobs = [line.split()[1] for line in done.stdout.splitlines() if line[:6] == "total "]
            said = (done.stdout + done.stderr)[-2000:] if done.returncode else ""
            json.dump(
                {
                    "seconds": used.ru_utime + used.ru_stime,
                    "memory": used.ru_maxrss / 1024,
                    "jobs": int(jobs[-1]) if jobs else 0,
                    "said": said,
                },
                out,
            )
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        found = json.load(file)
    os.waitpid(child, 0)
    if said := found.pop("said"):
        sys.exit(said)
    return found


def finish_floor(folder: Path, runs: int) -> None:
    """Make all files of the floor, as if its jobs had run."""
    for suffix in "ab":
        for number in range(runs // SEEDS):
            for seed in range(SEEDS):
                path = folder / "out" / f"e{number}" / f"seed-{seed}.{suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()


def finish_ours(folder: Path, configuration: Path) -> None:
    """Make what says of every run that it is finished, and the files that are made from them."""
    config = load([ROOT / "config" / "config.yaml", configuration])
    code = CodeDigests(ROOT / "workflow" / "scripts")
    for name in config["studies"]["all"]["experiments"]:
        settings = resolved_experiment(config, name)
        record = {
            "training": code.training(settings),
            "evaluation": code.evaluation(settings),
            "files": {},
        }
        for seed in range(SEEDS):
            run = folder / RESULTS / "runs" / name / f"seed-{seed}"
            run.mkdir(parents=True)
            (run / "config.json").write_text(config_text({**settings, "seed": seed}))
            (run / "record.json").write_text(json.dumps(record))
            (run / "metrics.json").touch()
    for path in outputs(folder, configuration):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def outputs(folder: Path, configuration: Path) -> Iterator[Path]:
    """Yield what is planned beyond the runs."""
    command = [sys.executable, "-m", "snakemake", *workflow(configuration), "--summary", "-n"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines()[1:]:
        name = line.split("\t")[0]
        if f"{RESULTS}/runs/" not in name and name.startswith("results"):
            yield folder / name


def workflow(configuration: Path) -> list[str]:
    """Arguments that name this workflow outside its folder."""
    return [
        "--snakefile", str(ROOT / "Snakefile"), "--workflow-profile", "none",
        "--configfile", str(configuration),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()

    rows = []
    for runs in arguments.runs:
        with tempfile.TemporaryDirectory() as scratch:
            floor, ours = Path(scratch, "floor"), Path(scratch, "ours")
            for folder in (floor, ours):
                folder.mkdir()
            (floor / "Snakefile").write_text(FLOOR)
            configuration = ours / "many.json"
            configuration.write_text(json.dumps(overlay(runs)))
            commands = {
                "floor": (floor, ["--config", f"count={runs}"]),
                "ours": (ours, workflow(configuration)),
            }
            for state in ("from nothing", "up to date"):
                if state == "up to date":
                    finish_floor(floor, runs)
                    finish_ours(ours, configuration)
                for _ in range(arguments.turns):
                    for name, (folder, own) in commands.items():
                        rows.append(
                            {"runs": runs, "state": state, "plan": name, **planned(folder, *own)}
                        )
    table = pd.DataFrame(rows).groupby(["runs", "state", "plan"], sort=False).median()
    print(table.round(1).to_string())
    wide = table["seconds"].unstack("plan")
    print("\nours / floor, CPU seconds:")
    print((wide["ours"] / wide["floor"]).round(2).to_string())


if __name__ == "__main__":
    main()
