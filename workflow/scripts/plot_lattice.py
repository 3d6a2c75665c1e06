"""Draw what the lattice of output positions decides."""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.evidence.law import implied_table
from denoising.evidence.replicates import completed
from denoising.figures.lattice import (
    LatticeDrawn,
    counts_figure,
    dead_by_epoch_figure,
    gallery_figure,
    law_figure,
    missing_dots_figure,
)
from denoising.figures.style import empty_figure, save
from denoising.files import read_json

OF_TABLE = {"law": law_figure, "counts": counts_figure}
OF_RUNS = {
    "epochs": dead_by_epoch_figure,
    "dots": lambda groups: missing_dots_figure([runs[0] for runs in groups]),
    "gallery": gallery_figure,
}


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
    parser.add_argument("--kind", required=True, choices=[*OF_TABLE, *OF_RUNS])
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument("--experiments", required=True, type=json.loads, help="name → title")
    parser.add_argument("--reported", required=True, type=json.loads, help="experiment → number")
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    titles = arguments.experiments
    runs = completed(pd.read_csv(arguments.runs)).dropna(subset=["dead_positions"])
    runs = runs[runs["experiment"].isin(titles)]
    if arguments.kind in OF_TABLE:
        implied = implied_table(runs, arguments.reported)
        figure = OF_TABLE[arguments.kind](runs, implied, titles)
    else:
        groups = [
            [read_lattice(arguments.folder / name / f"seed-{seed}", title) for seed in own["seed"]]
            for name, title in titles.items()
            if not (own := runs[runs["experiment"] == name]).empty
        ]
        figure = OF_RUNS[arguments.kind](groups) if groups else empty_figure("no run completed")
    save(figure, arguments.output)


if __name__ == "__main__":
    run_program(main)
