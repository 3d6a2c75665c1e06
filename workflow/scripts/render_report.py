"""Render the report: one HTML file that needs nothing else."""

import argparse
import json
from pathlib import Path

from denoising.config.read import read_yaml
from denoising.errors import run_program
from denoising.evidence.statistics import SIGNIFICANCE
from denoising.files import read_json, records
from denoising.report import embedded
from denoising.report.facts import bibtex, environment_facts
from denoising.report.page import numbered, render
from denoising.report.results import Results
from denoising.report.sections.claims import claim_rows, evidence, table_names, verdict_sentences
from denoising.report.sections.compression import compression
from denoising.report.sections.images import images
from denoising.report.sections.lattice import lattice
from denoising.report.sections.rivals import rivals
from denoising.report.sections.studies import baseline, studies
from denoising.report.texts import LANGUAGES, Texts
from denoising.training.provenance import commit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--about", required=True, type=json.loads, help="studies, figures …, JSON")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--sources", required=True, nargs="+", type=Path, help="source.json files")
    parser.add_argument("--claims", required=True, type=Path, help="criteria, YAML")
    parser.add_argument("--citation", required=True, type=Path, help="CITATION.cff")
    parser.add_argument("--report", required=True, type=Path, help="folder of templates and texts")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    about = arguments.about
    texts = Texts(arguments.report / "texts", about["languages"])
    results = Results(arguments.results, about, texts)
    images_shown, citation = embedded.explored(results), read_yaml(arguments.citation)
    rules = read_yaml(arguments.claims)
    criteria = {claim["id"]: claim for claim in rules["claims"]}
    ledger, found = results.read("claims"), studies(results)
    numbers = numbered(table_names(found))
    context = {
        "preview": about["preview"],
        "expected": about["expected"],
        "defaults": about["defaults"],
        "tables": numbers,
        "titles": results.titles,
        "writeup": results.writeup or list(results.titles),
        "table": records(results.table.reset_index()),
        "runs": records(results.runs),
        "stated_runs": results.runs["experiment"].isin(results.writeup or results.titles).sum(),
        "facts": {
            "least_weights": int(results.table["parameters"].min()),
            "most_weights": int(results.table["parameters"].max()),
            "seeds": results.table["seeds"].max(),
            **{f"data_{key}": value for key, value in about["defaults"]["data"].items()},
            "noise_level": about["defaults"]["noise"]["level"],
        },
        "baseline": baseline(results),
        "most_seeds": results.table["seeds"].max(),
        "schematic": results.numbered_figures("1.1")[0],
        "architectures": {
            row.architecture: {
                "layers": read_json(results.first[row.Index] / "layers.json"),
                "row": row,
            }
            for row in results.table.itertuples()
            if row.Index in results.first
        },
        "studies": found,
        "headings": {study["name"]: study["heading"] for study in found},
        "lattice": lattice(results),
        "rivals": rivals(results),
        "images": images(results),
        "compression": compression(results),
        "claims": claim_rows(ledger, results.titles, criteria, texts.languages),
        "tolerance": rules["values"]["tolerance"],
        "significance": SIGNIFICANCE,
        "evidence": evidence(ledger, found, numbers),
        "verdicts": verdict_sentences(ledger),
        "environment": environment_facts(results.folders),
        "data_sources": [read_json(path) for path in arguments.sources],
        "train_seconds": results.runs["train_seconds"].sum(),
        "run_seconds": results.runs["train_seconds"].median(),
        "commit": commit(),
        "style": (arguments.report / "style.css").read_text(encoding="utf-8"),
        "script": (arguments.report / "script.js").read_text(encoding="utf-8"),
        "strip": embedded.strip(results),
        "data": embedded.embedded(results, images_shown),
        "embedded": len(images_shown["index"]) if images_shown else 0,
        "label": results.labels,
        "tags": LANGUAGES,
        "language_names": {"en": "English", "zh": "中文"},
        "bibtex": bibtex(citation),
        "citation": arguments.citation.read_text(encoding="utf-8"),
    }
    html = render(arguments.report / "templates", texts, context)
    arguments.output.write_text(html, encoding="utf-8")


if __name__ == "__main__":
    run_program(main)
