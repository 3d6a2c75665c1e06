"""Hold other explanations of the reported numbers against all of them."""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.evidence.replicates import completed
from denoising.evidence.rivals import best_checkpoint, by_epoch, epochs_met, rivals_table, slipped
from denoising.files import read_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument("--clean", required=True, type=json.loads, help="experiment → test.npy")
    parser.add_argument("--reported", required=True, type=json.loads, help="experiment → number")
    parser.add_argument(
        "--variants", required=True, type=json.loads, help="variant → changed → as stated"
    )
    parser.add_argument("--output", required=True, type=Path, help="folder of the tables")
    arguments = parser.parse_args()

    every = pd.read_csv(arguments.runs)
    runs = completed(every)
    lost = every[every["status"] != "completed"].groupby("experiment").size()
    curves = defaultdict(list)
    others = {name: defaultdict(list) for name in ("checkpoint", "other_noise", "slip")}
    for run in runs[runs["experiment"].isin(arguments.reported)].itertuples():
        folder = arguments.folder / run.experiment / f"seed-{run.seed}"
        with np.load(folder / "trajectory.npz") as trajectory:
            curve = by_epoch(trajectory["relative_error"])
        with np.load(folder / "decoded.npz") as decoded:
            outputs = decoded["decoded"] / 255
        history = pd.read_csv(folder / "history.csv")
        curves[run.experiment].append(curve)
        found = {
            "checkpoint": curve[best_checkpoint(history["val_loss"]) - 1],
            "other_noise": read_json(folder / "metrics.json")["relative_error_other_noise"],
            "slip": slipped(np.load(arguments.clean[run.experiment], mmap_mode="r"), outputs),
        }
        for name, error in found.items():
            others[name][run.experiment].append(error)
    errors = runs.set_index(["experiment", "seed"])["relative_error_first10"]
    variants, unchanged = defaultdict(dict), defaultdict(dict)
    for name, pairs in arguments.variants.items():
        for changed, base in pairs.items():
            if changed in errors and base in errors:
                variants[name][base] = errors[changed].tolist()
                unchanged[name][base] = errors[base].reindex(errors[changed].index).dropna()
    experiments = {"stated": arguments.reported, **arguments.variants}
    failed = {name: lost.reindex(list(own)).sum() for name, own in experiments.items()}
    tables = {
        "rivals": rivals_table(curves, others, arguments.reported, variants, unchanged, failed),
        "epochs_met": epochs_met(curves, arguments.reported),
    }
    for name, table in tables.items():
        table.to_csv(arguments.output / f"{name}.csv", index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
