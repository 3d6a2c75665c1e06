"""Summarise the replicates, compare experiments, and judge the write-up's claims."""

import argparse
import json
from pathlib import Path

import pandas as pd

from denoising.config.read import read_yaml
from denoising.errors import run_program
from denoising.evidence.claims import ledger
from denoising.evidence.law import alternatives_table, implied_table, law_table, sources_of_variance
from denoising.evidence.replicates import comparisons_table, experiments_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--claims", required=True, type=Path, help="criteria, YAML")
    parser.add_argument("--studies", required=True, type=json.loads, help="name → experiments")
    parser.add_argument("--pairs", required=True, type=json.loads, help="name → compared pairs")
    parser.add_argument("--reported", required=True, type=json.loads, help="experiment → number")
    parser.add_argument(
        "--alternatives", required=True, type=json.loads, help="experiment → all that stand for it"
    )
    parser.add_argument("--output", required=True, type=Path, help="folder of the tables")
    arguments = parser.parse_args()

    runs = pd.read_csv(arguments.runs)
    tables = {
        "experiments": experiments_table(runs),
        "comparisons": comparisons_table(runs, arguments.pairs),
        "law": law_table(runs, arguments.reported).reset_index(),
        "alternatives": alternatives_table(runs, arguments.alternatives, arguments.reported),
        "variance": sources_of_variance(runs, arguments.studies),
        "implied": implied_table(runs, arguments.reported).reset_index(),
        "claims": ledger(runs, read_yaml(arguments.claims), arguments.reported),
    }
    for name, table in tables.items():
        path = arguments.output / f"{name}.csv"
        table.to_csv(path, index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
