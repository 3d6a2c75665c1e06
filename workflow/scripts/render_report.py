"""Render the report: one HTML file that needs nothing else."""

import argparse
import json
from pathlib import Path

import pandas as pd

from denoising import report
from denoising.errors import run_program
from denoising.provenance import commit
from denoising.tables import read_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--about", required=True, type=json.loads, help="studies, figures …, JSON")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--sources", required=True, nargs="+", type=Path, help="source.json files")
    parser.add_argument("--report", required=True, type=Path, help="folder of templates and texts")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()
    about, results = arguments.about, arguments.results

    def read_table(name: str) -> pd.DataFrame:
        return pd.read_csv(results / "tables" / f"{name}.csv")

    runs = read_table("runs")
    table = report.experiment_table(runs, about["experiments"])
    folders = [results / "runs" / run.experiment / f"seed-{run.seed}" for run in runs.itertuples()]
    # of each experiment the run with its first seed
    first = dict(reversed(list(zip(runs["experiment"], folders, strict=True))))
    figures = [
        {
            **figure,
            "source": report.figure_source(results / "figures" / f"{figure['number']}.svg"),
            "values": report.figure_values(figure, table, first),
        }
        for figure in about["figures"]
    ]
    studies = [
        {
            **study,
            "name": name,
            "rows": table.loc[study["experiments"]].reset_index().to_dict("records"),
            "sentences": report.study_sentences(table, study),
            "figures": [figure for figure in figures if figure["study"] == name],
        }
        for name, study in about["studies"].items()
    ]
    architectures = {
        row.architecture: {"layers": read_json(first[row.Index] / "layers.json"), "row": row}
        for row in table.itertuples()
    }
    texts = report.Texts(arguments.report / "texts" / "en.yaml")
    context = {
        "preview": about["preview"],
        "studies": studies,
        "schematic": next(figure for figure in figures if figure["number"] == "1.1"),
        "claims": report.claim_rows(read_table("claims")),
        "lattice": {
            "sentences": report.law_sentences(read_table("law"), read_table("implied")),
            "implied": read_table("implied").to_dict("records"),
            "rivals": read_table("rivals").to_dict("records"),
            "figures": [figure for figure in figures if figure["number"].startswith("3.")],
        },
        "table": table.reset_index().to_dict("records"),
        "runs": runs.to_dict("records"),
        "titles": table["title"].to_dict(),
        "architectures": architectures,
        "defaults": about["defaults"],
        "environment": report.environment_facts(folders),
        "data_sources": [read_json(path) for path in arguments.sources],
        "train_seconds": runs["train_seconds"].sum(),
        "commit": commit(),
        "style": (arguments.report / "style.css").read_text(encoding="utf-8"),
    }
    html = report.render(arguments.report / "templates", texts, context)
    arguments.output.write_text(html, encoding="utf-8")


if __name__ == "__main__":
    run_program(main)
