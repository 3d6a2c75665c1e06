"""Collect all runs in one table."""

import argparse
from pathlib import Path

from denoising.errors import run_program
from denoising.evidence.runs import runs_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, nargs="+", type=Path, help="folders of the runs")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    runs_table(arguments.runs).to_csv(arguments.output, index=False)


if __name__ == "__main__":
    run_program(main)
