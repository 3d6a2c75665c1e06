"""Collect what the codes of all runs compress to, and the smallest one under each limit."""

import argparse
import json
from pathlib import Path

import pandas as pd

from denoising.errors import run_program
from denoising.evidence.compression import compression_table, smallest_codes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument(
        "--studies", required=True, type=json.loads, help="name → experiments and error_limit"
    )
    parser.add_argument("--output", required=True, type=Path, help="folder of the tables")
    arguments = parser.parse_args()

    studies = {name: study["experiments"] for name, study in arguments.studies.items()}
    limits = {name: study["error_limit"] for name, study in arguments.studies.items()}
    limit_of = {e: limits[name] for name, experiments in studies.items() for e in experiments}
    runs = pd.read_csv(arguments.runs)
    stored = {
        (run.experiment, run.seed): pd.read_csv(
            arguments.folder / run.experiment / f"seed-{run.seed}" / "compression.csv"
        )
        for run in runs[runs["experiment"].isin(limit_of)].itertuples()
    }
    table = compression_table(runs, stored, limit_of)
    tables = {"compression": table, "smallest_codes": smallest_codes(table, studies, limits)}
    for name, content in tables.items():
        content.to_csv(arguments.output / f"{name}.csv", index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
