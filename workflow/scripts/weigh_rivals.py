"""Hold other explanations of the reported numbers against all of them."""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.replicates import completed
from denoising.rivals import best_checkpoint, by_epoch, rivals_table, slipped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument("--clean", required=True, type=json.loads, help="experiment → test.npy")
    parser.add_argument("--reported", required=True, type=json.loads, help="experiment → number")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    runs = completed(pd.read_csv(arguments.runs))
    curves, checkpoints, slips = defaultdict(list), defaultdict(list), defaultdict(list)
    for run in runs[runs["experiment"].isin(arguments.reported)].itertuples():
        folder = arguments.folder / run.experiment / f"seed-{run.seed}"
        with np.load(folder / "trajectory.npz") as trajectory:
            curve = by_epoch(trajectory["relative_error"])
        with np.load(folder / "decoded.npz") as decoded:
            outputs = decoded["decoded"] / 255
        history = pd.read_csv(folder / "history.csv")
        curves[run.experiment].append(curve)
        checkpoints[run.experiment].append(curve[best_checkpoint(history["val_loss"]) - 1])
        clean = np.load(arguments.clean[run.experiment], mmap_mode="r")
        slips[run.experiment].append(slipped(clean, outputs))
    table = rivals_table(curves, checkpoints, slips, arguments.reported)
    table.to_csv(arguments.output, index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
