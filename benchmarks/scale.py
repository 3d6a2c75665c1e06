"""How planning, tables, figures and page grow with the runs of a study (`make bench-scale`).

One run is trained, for an epoch on few images and measured on all 10,000; it then stands for so
many runs, each with a configuration, a record and errors of its own. What is made from them is
made by the pipeline itself. Seconds are the processor's; the exponent of a quantity y is
log(y₂/y₁) / log(n₂/n₁) between the fewest and the most runs.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from planning import ROOT, SEEDS, overlay, planned

from denoising.config.load import load
from denoising.config.resolve import resolved_experiment
from denoising.files import json_bytes, sha256
from denoising.rebuild.archive import UNKEPT
from denoising.rebuild.code import CodeDigests
from denoising.rebuild.finished import config_text

DATA = {"train": 500, "test": 10_000}
LINKS = 1000  # of one file: file systems have a limit
OWN = ("config.json", "metrics.json", "record.json")
STAGES = {"make_table": "tables", "draw_figure": "figures", "render_report": "page"}
JITTER = 0.05  # by which errors differ between runs


def configuration(scratch: Path, runs: int) -> Path:
    """Write the configuration of so many runs into a folder."""
    config: dict[str, Any] = overlay(runs)
    config |= {
        "results": f"results/n{runs}",
        "keep": "light",
        "defaults": {"data": DATA, "training": {"epochs": 1}},
    }
    if (folder := ROOT / "results" / "data" / "mnist").exists():
        config["datasets"] = {"mnist": {"folder": str(folder)}}
    path = scratch / f"n{runs}.json"
    path.write_text(json.dumps(config))
    return path


def arguments_of(path: Path) -> list[str]:
    """Arguments that name this workflow, and a configuration, in another folder."""
    return ["--snakefile", str(ROOT / "Snakefile"), "--workflow-profile", "none",
            "--configfile", str(path), "--quiet", "all"]  # fmt: skip


def made(scratch: Path, *arguments: str) -> None:
    """Run Snakemake; end with what it said if it fails."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit((done.stdout + done.stderr)[-4000:])


def multiply(one: Path, scratch: Path, path: Path, runs: int) -> None:
    """Lay so many runs beside each other that are made from one."""
    config = load([ROOT / "config" / "config.yaml", path])
    code = CodeDigests(ROOT / "workflow" / "scripts")
    metrics = json.loads((one / "metrics.json").read_text())
    record = json.loads((one / "record.json").read_text())
    draw = np.random.default_rng(0)
    shared, folder = {}, scratch / config["results"] / "runs"
    for number, (name, seed) in enumerate(
        (name, seed) for name in config["studies"]["all"]["experiments"] for seed in range(SEEDS)
    ):
        run = folder / name / f"seed-{seed}"
        run.mkdir(parents=True)
        if number % LINKS == 0:
            shared = {p.name: p for p in one.iterdir() if p.name not in (*OWN, *UNKEPT)}
            for key, source in shared.items():
                shared[key] = Path(shutil.copy(source, run / key))
        else:
            for key, source in shared.items():
                os.link(source, run / key)
        settings = resolved_experiment(config, name)
        factor = 1 + JITTER * draw.standard_normal()
        own = {
            "config.json": config_text({**settings, "seed": seed}).encode(),
            "metrics.json": json_bytes(
                {k: v * factor if "relative_error" in k else v for k, v in metrics.items()}
            ),
        }
        for key, content in own.items():
            (run / key).write_bytes(content)
        about = {
            **record,
            "training": code.training(settings),
            "evaluation": code.evaluation(settings),
            "files": record["files"] | {key: sha256(content) for key, content in own.items()},
            "sizes": record["sizes"] | {key: len(content) for key, content in own.items()},
        }
        (run / "record.json").write_bytes(json_bytes(about))


def needed(results: Path) -> dict[str, float]:
    """Read what the jobs of a rebuild needed, and what it left."""
    rows = []
    for path in (results / "benchmarks").rglob("*.tsv"):
        stage = path.relative_to(results / "benchmarks").parts[0].removesuffix(".tsv")
        if stage in STAGES:
            last = pd.read_csv(path, sep="\t").iloc[-1]
            rows.append({"stage": STAGES[stage], "cpu": last["cpu_time"], "rss": last["max_rss"]})
    jobs = pd.DataFrame(rows).sort_values("stage", ascending=False)
    found: dict[str, float] = {}
    for stage, own in jobs.groupby("stage", sort=False):
        found[f"{stage}: CPU s"] = own["cpu"].sum()
        found[f"{stage}: most memory, MB"] = own["rss"].max()
    found["page: MB"] = (results / "report.html").stat().st_size / 1e6
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--folder", type=Path, help="for what is made, and kept; default: none is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(Path(arguments.folder or scratch).resolve(), sorted(arguments.runs))


def measure(scratch: Path, counts: list[int]) -> None:
    """Make studies of so many runs in a folder, and print what each takes."""
    scratch.mkdir(parents=True, exist_ok=True)
    first = arguments_of(configuration(scratch, SEEDS))
    one = Path(f"results/n{SEEDS}/runs/e0/seed-0")
    made(scratch, str(one / "metrics.json"), *first)
    kept = [path.stat().st_size for path in (scratch / one).iterdir()]
    print(f"a run that is kept light: {len(kept)} files, {sum(kept) / 1e6:.2f} MB\n", flush=True)
    columns = {}
    for runs in counts:
        path = configuration(scratch, runs)
        results = scratch / "results" / f"n{runs}"
        if not results.exists():
            multiply(scratch / one, scratch, path, runs)
        made(scratch, *arguments_of(path))
        plan = planned(scratch, *arguments_of(path)[:-2])
        columns[runs] = {
            "plan, all up to date: CPU s": plan["seconds"],
            "plan, all up to date: MB": plan["memory"],
            **needed(results),
        }
        print(pd.DataFrame(columns).round(1).to_string(), "\n", flush=True)
    table = pd.DataFrame(columns)
    few, most = counts[0], counts[-1]
    if few < most:
        table["exponent"] = np.log(table[most] / table[few]) / math.log(most / few)
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
