"""Draw what codes and common image formats need, and what is lost."""

import argparse
import json
from pathlib import Path

import pandas as pd

from denoising.errors import run_program
from denoising.figures.compression import compression_figure
from denoising.figures.style import empty_figure, save


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compression", required=True, type=Path, help="compression.csv")
    parser.add_argument("--formats", required=True, type=Path, help="formats.csv")
    parser.add_argument("--experiments", required=True, type=json.loads, help="name → title")
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    compression, formats = pd.read_csv(arguments.compression), pd.read_csv(arguments.formats)
    if compression.empty:
        figure = empty_figure("no run completed")
    else:
        figure = compression_figure(compression, formats, arguments.experiments)
    save(figure, arguments.output)


if __name__ == "__main__":
    run_program(main)
