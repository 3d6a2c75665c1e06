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
STAGES = {  # what is left out of a rebuild
    "tables": ("--omit-from", "draw_figure"),
    "figures": ("--omit-from", "render_report"),
    "page": (),
}
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


def made(scratch: Path, *arguments: str) -> tuple[float, float]:
    """Run Snakemake; end with what it said if it fails.

    Returns
    -------
    seconds : float
        Of the processor, of all its jobs and of planning them.
    memory : float
        Most of one process, MB.
    """
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=scratch, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            said.seek(0)
            sys.exit(said.read()[-4000:])
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def varied(key: str, value: Any, factor: float) -> Any:
    """Return a measure of another run: errors differ."""
    return value * factor if "relative_error" in key and isinstance(value, float) else value


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
            "metrics.json": json_bytes({k: varied(k, v, factor) for k, v in metrics.items()}),
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


def needed(scratch: Path, path: Path, results: Path) -> dict[str, float]:
    """Make tables, figures and page, one after the other; tell what each needed."""
    for name in ("tables", "figures"):
        shutil.rmtree(results / name, ignore_errors=True)
    (results / "report.html").unlink(missing_ok=True)
    found: dict[str, float] = {}
    for stage, without in STAGES.items():
        seconds, memory = made(scratch, *without, *arguments_of(path))
        found |= {f"{stage}: CPU s": seconds, f"{stage}: most memory, MB": memory}
        print(f"{path.stem}: {stage}: {seconds:.0f} CPU s, {memory:.0f} MB", flush=True)
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
    if not (
        scratch / one / "metrics.json"
    ).exists():  # asked for by name, it would be trained again
        made(scratch, str(one / "metrics.json"), *first)
    kept = [path.stat().st_size for path in (scratch / one).iterdir()]
    print(f"a run that is kept light: {len(kept)} files, {sum(kept) / 1e6:.2f} MB\n", flush=True)
    columns = {}
    for runs in counts:
        path = configuration(scratch, runs)
        results = scratch / "results" / f"n{runs}"
        if not results.exists():
            multiply(scratch / one, scratch, path, runs)
        stages = needed(scratch, path, results)
        plan = planned(scratch, *arguments_of(path)[:-2])
        columns[runs] = {
            "plan, all up to date: CPU s": plan["seconds"],
            "plan, all up to date: MB": plan["memory"],
            **stages,
        }
        print(pd.DataFrame(columns).round(1).to_string(), "\n", flush=True)
    table = pd.DataFrame(columns)
    few, most = counts[0], counts[-1]
    if few < most:
        table["exponent"] = np.log(table[most] / table[few]) / math.log(most / few)
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
