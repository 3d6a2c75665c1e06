"""Compare this pipeline's training with the write-up's own script (`make bench`).

Both train the baseline for a few epochs, in turns: the script alone, with default threads and
settings; the pipeline with as many runs side by side as there are cores.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from denoising.config.load import load
from denoising.training.provenance import cpu_name

PRESET = Path("benchmarks/bench.yaml")
FULL_LENGTH = 50  # epochs of the write-up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    arguments = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()

    config = load([Path("config/config.yaml"), PRESET])
    epochs = config["defaults"]["training"]["epochs"]
    results = Path(config["results"])
    clean = results / "datasets" / "mnist-10000-10000"

    def noisy(seed: int) -> Path:
        return clean / "gaussian-0.5" / f"seed-{seed}"

    pairs = [range(pair * cores, (pair + 1) * cores) for pair in range(arguments.pairs)]
    snakemake(cores, [noisy(seed) / "train.npy" for seeds in pairs for seed in seeds])
    rows = []
    for number, seeds in enumerate(pairs, start=1):
        for row in (appendix(clean, noisy(seeds[0]), epochs), pipeline(results, seeds, epochs)):
            rows.append(row)
            print(f"pair {number}: {row['way']} {row['epoch']:.2f} s a run-epoch", flush=True)
    print(
        f"\n{cpu_name()}, {cores} cores; {epochs} epochs a run, the first one left out of times\n"
    )
    print_comparison(pd.DataFrame(rows))
    print_peak(clean, [noisy(seed) for seed in pairs[0]])


def snakemake(cores: int, targets: list[Path]) -> None:
    """Make targets of the preset."""
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *map(str, targets)]
    done = subprocess.run(
        [*command, "--configfile", str(PRESET)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def python(program: str, *arguments: object) -> subprocess.Popen:
    """Start a program of this folder with the environment that a person's shell has."""
    command = [sys.executable, Path(__file__).with_name(program), *map(str, arguments)]
    return subprocess.Popen(command, stdout=-1, stderr=subprocess.DEVNULL, text=True)


def printed_json(process: subprocess.Popen) -> dict:
    """Read the last line that a program prints."""
    lines = process.stdout.read().splitlines()
    return json.loads(lines[-1])


def appendix(clean: Path, noisy: Path, epochs: int) -> dict:
    """Train once the appendix's way."""
    start = time.perf_counter()
    process = python("appendix.py", "--clean", clean, "--noisy", noisy, "--epochs", epochs)
    found = printed_json(process)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    epoch = statistics.mean(found["seconds"][1:])
    return {
        "way": "appendix",
        "epoch": epoch,
        "start": wall - epochs * epoch,
        "memory": usage.ru_maxrss / 1024,
        "loss": found["loss"][-1],
    }


def pipeline(results: Path, seeds: range, epochs: int) -> dict:
    """Train one run a core through the pipeline."""
    shutil.rmtree(results / "runs", ignore_errors=True)
    shutil.rmtree(results / "checkpoints", ignore_errors=True)
    runs = [results / "runs" / "baseline" / f"seed-{seed}" for seed in seeds]
    snakemake(len(seeds), [run / "model.keras" for run in runs])
    histories = [pd.read_csv(run / "history.csv") for run in runs]
    benchmarks = [
        pd.read_csv(results / "benchmarks" / "train" / "baseline" / f"seed-{seed}.tsv", sep="\t")
        for seed in seeds
    ]
    epoch = statistics.mean(s for history in histories for s in history["seconds"][1:])
    wall = statistics.mean(table["s"][0] for table in benchmarks)
    return {
        "way": "pipeline",
        "epoch": epoch / len(seeds),
        "start": (wall - epochs * epoch) / len(seeds),
        "memory": sum(table["max_rss"][0] for table in benchmarks),
        "loss": statistics.mean(history["loss"].iloc[-1] for history in histories),
    }


def print_comparison(rows: pd.DataFrame) -> None:
    """Print both ways, their ratio pair by pair, and whether they learn the same."""
    rows["full"] = rows["epoch"] + rows["start"] / FULL_LENGTH
    ways = {way: table.reset_index(drop=True) for way, table in rows.groupby("way")}
    print(f"{'':10}{'s a run-epoch':>22}{'start, s a run':>16}{'memory, MB':>12}{'last loss':>18}")
    for way, table in ways.items():
        times = (
            f"{table['epoch'].median():.2f} ({table['epoch'].min():.2f}–{table['epoch'].max():.2f})"
        )
        loss = f"{table['loss'].mean():.4f} ± {table['loss'].std():.4f}"
        print(
            f"{way:10}{times:>22}{table['start'].median():16.1f}{table['memory'].max():12.0f}"
            f"{loss:>18}"
        )
    for name, label in (("epoch", "epochs alone"), ("full", f"runs of {FULL_LENGTH} epochs")):
        ratio = ways["appendix"][name] / ways["pipeline"][name]
        print(
            f"throughput, {label}: {ratio.median():.2f} times the appendix's"
            f" ({ratio.min():.2f}–{ratio.max():.2f})"
        )
    difference = ways["pipeline"]["loss"].mean() - ways["appendix"]["loss"].mean()
    error = sum(table["loss"].var() / len(table) for table in ways.values()) ** 0.5
    print(
        f"last loss: differs by {difference:+.4f}, {abs(difference) / error:.1f} standard errors"
        " (up to 2: noise)"
    )


def print_peak(clean: Path, noisy: list[Path]) -> None:
    """Print the share of the machine's peak, with all cores at work."""
    processes = [python("peak.py", "--clean", clean, "--noisy", folder) for folder in noisy]
    found = pd.DataFrame([printed_json(process) for process in processes]) / 1e9
    for process in processes:
        process.wait()
    print(f"\na core's peak: {found['peak'].mean():.1f} GFLOP/s (float32 matrix product)")
    for name in ("training", "validation"):
        share = (found[name] / found["peak"]).mean()
        print(f"{name}: {found[name].mean():.1f} GFLOP/s, {share:.0%} of the peak")


if __name__ == "__main__":
    main()
