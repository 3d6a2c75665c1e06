"""Summarise single images over all runs: spread, digits, the best and the worst."""

import argparse
from pathlib import Path

import pandas as pd

from denoising.errors import run_program
from denoising.evidence.images import by_digit, extremes, group_spread
from denoising.evidence.replicates import completed

COLUMNS = {
    "image_spread": [
        "experiment", "seed", "mean", "sd", "group_sd", "group_low", "group_high", "first", "rank",
    ],
    "digits": ["experiment", "seed", "label", "images", "relative_error", "share_over_limit"],
    "extremes": ["experiment", "rank", "image", "label", "relative_error"],
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--folder", required=True, type=Path, help="folder of all runs")
    parser.add_argument("--output", required=True, type=Path, help="folder of the tables")
    arguments = parser.parse_args()

    spread, digits, found = [], [], []
    for experiment, own in completed(pd.read_csv(arguments.runs)).groupby("experiment", sort=False):
        errors = {}
        for seed in own["seed"]:
            images = pd.read_csv(
                arguments.folder / experiment / f"seed-{seed}" / "images.csv", index_col="image"
            )
            errors[seed] = images["relative_error"]
            about = {"experiment": experiment, "seed": seed}
            spread.append({**about, **group_spread(images["relative_error"])})
            digits.append(by_digit(images).reset_index().assign(**about))
        labelled = extremes(pd.DataFrame(errors)).assign(experiment=experiment)
        found.append(labelled.assign(label=labelled["image"].map(images["label"])))
    tables = {"image_spread": [pd.DataFrame(spread)], "digits": digits, "extremes": found}
    for name, parts in tables.items():
        table = pd.concat(parts) if parts else pd.DataFrame()
        table = table.reindex(columns=COLUMNS[name])
        table.to_csv(arguments.output / f"{name}.csv", index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
