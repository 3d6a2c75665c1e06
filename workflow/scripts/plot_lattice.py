"""Draw what the lattice of output positions decides."""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.figures import save
from denoising.lattice_figures import (
    LatticeDrawn,
    dead_by_epoch_figure,
    law_figure,
    missing_dots_figure,
)
from denoising.law import implied_table
from denoising.replicates import completed
from denoising.tables import read_json


def read_lattice(folder: Path, title: str) -> LatticeDrawn:
    """Read one run for drawing."""
    lattice = read_json(folder / "lattice.json")
    with np.load(folder / "decoded.npz") as decoded:
        denoised = decoded["decoded"][0, :, :, 0] / 255
    return LatticeDrawn(
        title=title,
        seed=read_json(folder / "config.json")["seed"],
        error=np.array(lattice["positions"]["error"], dtype=float),
        dead=int(lattice["dead"]),
        epochs=pd.read_csv(folder / "lattice.csv"),
        denoised=denoised,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", required=True, choices=["law", "epochs", "dots"])
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument("--experiments", required=True, type=json.loads, help="name → title")
    parser.add_argument("--reported", required=True, type=json.loads, help="experiment → number")
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    titles = arguments.experiments
    runs = completed(pd.read_csv(arguments.runs)).dropna(subset=["dead_positions"])
    runs = runs[runs["experiment"].isin(titles)]
    if arguments.kind == "law":
        figure = law_figure(runs, implied_table(runs, arguments.reported), titles)
    else:
        groups = [
            [read_lattice(arguments.folder / name / f"seed-{seed}", title) for seed in own["seed"]]
            for name, title in titles.items()
            if not (own := runs[runs["experiment"] == name]).empty
        ]
        if arguments.kind == "epochs":
            figure = dead_by_epoch_figure(groups)
        else:
            figure = missing_dots_figure([group[0] for group in groups])
    save(figure, arguments.output)


if __name__ == "__main__":
    run_program(main)
