"""Draw what single images say."""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.figures.images import digits_figure, extremes_figure, spread_figure
from denoising.figures.style import empty_figure, save


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", required=True, choices=["spread", "digits", "extremes"])
    parser.add_argument("--table", required=True, type=Path, help="the CSV file of that kind")
    parser.add_argument("--experiments", required=True, type=json.loads, help="name → title")
    parser.add_argument("--run", required=True, type=json.loads, help="whose images, JSON")
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    table = pd.read_csv(arguments.table)
    own = table[table["experiment"] == arguments.run.get("experiment")]
    if table.empty or (arguments.kind == "extremes" and own.empty):
        figure = empty_figure("no run completed")
    elif arguments.kind == "spread":
        figure = spread_figure(table, arguments.experiments)
    elif arguments.kind == "digits":
        figure = digits_figure(table, arguments.experiments)
    else:
        run = arguments.run
        clean, noisy = (np.load(run[part], mmap_mode="r")[..., 0] for part in ("clean", "noisy"))
        with np.load(Path(run["run"]) / "decoded.npz") as decoded:
            figure = extremes_figure(own, clean, noisy, decoded["decoded"][..., 0] / 255)
    save(figure, arguments.output)


if __name__ == "__main__":
    run_program(main)
