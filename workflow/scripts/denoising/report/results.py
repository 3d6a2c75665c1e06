"""All results of a rebuild, read for the report."""

from pathlib import Path
from typing import Any

import pandas as pd

from denoising.config.resolve import english
from denoising.evidence.experiments import experiment_table
from denoising.report import figure_data
from denoising.report.figure_data import figure_values
from denoising.report.svg import Labels, inline
from denoising.report.texts import Texts, localised

WRITEUP_KINDS = ("architecture", "loss", "error", "images", "experiment")


class Results:
    """The tables and runs that the report shows, and what they are called."""

    def __init__(self, folder: Path, about: dict[str, Any], texts: Texts) -> None:
        self.folder, self.about, self.texts = folder, about, texts
        self.runs = self.read("runs")
        experiments = {
            name: {**one, "title": localised(one["title"], texts.languages)}
            for name, one in about["experiments"].items()
        }
        self.table = experiment_table(self.runs, self.read("experiments"), experiments)
        self.titles = self.table["title"].to_dict()
        drawn = {
            english(one["title"]): self.titles[name] for name, one in about["experiments"].items()
        }
        self.labels = Labels(texts.labels(), drawn)
        self.writeup = [name for name in about["writeup"] if name in self.titles]
        self.writeup_studies = [
            name
            for name, study in about["studies"].items()
            if set(study["experiments"]) <= set(self.writeup)
        ]
        self.folders = [
            folder / "runs" / run.experiment / f"seed-{run.seed}" for run in self.runs.itertuples()
        ]
        # of each experiment the run with its first seed
        pairs = list(zip(self.runs["experiment"], self.folders, strict=True))
        self.first = dict(reversed(pairs))
        self.figures = [self.figure(one) for one in about["figures"]]

    def read(self, name: str) -> pd.DataFrame:
        """Read one of the tables."""
        return pd.read_csv(self.folder / "tables" / f"{name}.csv")

    def figure(self, about: dict[str, Any]) -> dict[str, Any]:
        """Return all that the page says of a figure."""
        in_writeup = about["kind"] in WRITEUP_KINDS and set(about["experiments"]) <= set(
            self.writeup
        )
        points = self.figure_points(about["number"])
        return {
            **about,
            "in_writeup": in_writeup,
            "has_data": not points.empty,
            "tables": figure_data.tables(points),
            "column_names": self.texts.keys("ui.column_names"),
            "svg": inline(
                self.folder / "figures" / f"{about['number']}.svg",
                f"figure-{about['number']}",
                self.labels,
            ),
            "values": figure_values(about, self.table, self.runs, self.first),
        }

    def figure_points(self, number: str) -> pd.DataFrame:
        """Return what a figure draws."""
        path = self.folder / "figures" / f"{number}.csv"
        return pd.read_csv(
            path,
            dtype={"panel": str, "series": str},
            keep_default_na=False,
            na_values={"x": [""], "y": [""]},
        )

    def numbered_figures(self, chapter: str) -> list[dict[str, Any]]:
        """Return the figures whose number begins so."""
        return [figure for figure in self.figures if figure["number"].startswith(chapter)]
