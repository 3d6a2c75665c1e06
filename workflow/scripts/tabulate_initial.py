"""Tell how far the initial weights of all runs decide their dead lattice positions."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.evidence.initial import Start, initial_table
from denoising.evidence.replicates import completed
from denoising.files import read_json

AFTER_START = {"activation"}  # arguments of a layer that its initial weights do not depend on


def read_start(folder: Path, experiment: str, seed: int) -> Start:
    """Read one run."""
    initial, final = read_json(folder / "initial.json"), read_json(folder / "lattice.json")
    architecture = read_json(folder / "config.json")["architecture"]
    layers = [
        {key: value for key, value in layer.items() if key not in AFTER_START}
        for stack in ("encoder", "decoder")
        for layer in architecture[stack]
    ]
    return Start(
        experiment=experiment,
        seed=seed,
        weights=str(layers),
        on=np.array(initial["on"]),
        output=np.array(initial["output"]),
        dead=np.array(final["positions"]["dead"], dtype=bool),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument("--experiments", required=True, nargs="*", help="those to look at")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    runs = completed(pd.read_csv(arguments.runs))
    starts = [
        read_start(arguments.folder / run.experiment / f"seed-{run.seed}", run.experiment, run.seed)
        for run in runs[runs["experiment"].isin(arguments.experiments)].itertuples()
    ]
    initial_table(starts).to_csv(arguments.output, index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
