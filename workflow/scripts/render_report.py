"""Render the report: one HTML file that needs nothing else."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from denoising import figure_data, report, sentences
from denoising.config import english, read_yaml
from denoising.errors import run_program
from denoising.explorer import COLUMNS, chosen_images, rounded, sprite, tile
from denoising.provenance import commit
from denoising.report import records
from denoising.svg import Labels, inline
from denoising.tables import read_json
from denoising.texts import LANGUAGES, Localised, Texts, localised

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
        self.table = report.experiment_table(self.runs, self.read("experiments"), experiments)
        self.titles = self.table["title"].to_dict()
        drawn = {
            english(one["title"]): self.titles[name] for name, one in about["experiments"].items()
        }
        self.labels = Labels(texts.labels(), drawn)
        self.writeup = [name for name in about["writeup"] if name in self.titles]
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
            "values": report.figure_values(about, self.table, self.first),
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


def studies(results: Results) -> list[dict[str, Any]]:
    """Return the sections of the studies."""
    comparisons, alternatives = results.read("comparisons"), results.read("alternatives")
    reported = results.table["reported"].to_dict()
    found = []
    languages = results.texts.languages
    for name, study in results.about["studies"].items():
        words = {
            key: localised(study[key], languages) for key in ("title", "question") if key in study
        }
        compared = comparisons[comparisons["study"] == name]
        same = alternatives[alternatives["of"].isin(study["experiments"])]
        same = same[same["experiment"].isin(study["experiments"])]
        if same["experiment"].nunique() < 2:
            same = same[:0]
        found.append(
            {
                **study,
                **words,
                "name": name,
                "rows": records(results.table.loc[study["experiments"]].reset_index()),
                "sentences": sentences.study_sentences(results.table, study),
                "comparisons": records(compared),
                "comparison_sentences": sentences.comparison_sentences(compared, results.titles),
                "alternatives": records(same),
                "alternatives_sentences": sentences.alternatives_sentences(
                    same, reported, results.titles
                ),
                "figures": [figure for figure in results.figures if figure["study"] == name],
            }
        )
    return found


def lattice(results: Results) -> dict[str, Any]:
    """Return the section on dead positions."""
    law, implied = results.read("law"), results.read("implied")
    initial, variance = results.read("initial"), results.read("variance")
    stated = [*results.writeup, "stated", "all"]
    return {
        "sentences": sentences.law_sentences(law, implied),
        "implied": records(implied),
        "law": records(law[law["experiment"].isin(stated)]),
        "initial": records(initial),
        "initial_sentences": sentences.initial_sentences(initial),
        "variance": records(variance),
        "variance_sentences": sentences.variance_sentences(variance),
        "figures": results.numbered_figures("3."),
    }


def images(results: Results) -> dict[str, Any]:
    """Return the section on single images."""
    spread = results.read("image_spread")
    first = next(iter(results.writeup), results.runs["experiment"].iloc[0])
    shown = results.writeup or [first]
    means = spread.groupby("experiment", sort=False).mean(numeric_only=True)
    means["seed_sd"] = spread.groupby("experiment")["mean"].std()
    means["over_limit"] = 1 - results.table["share_under_limit"]
    rows = means.loc[[name for name in shown if name in means.index]]
    return {
        "sentences": sentences.image_sentences(spread, first, results.titles[first]),
        "spread": records(rows.reset_index(names="experiment")),
        "figures": results.numbered_figures("4."),
    }


def compression(results: Results) -> dict[str, Any]:
    """Return the section on what the codes compress to."""
    table, formats = results.read("compression"), results.read("formats")
    return {
        "sentences": sentences.compression_sentences(table, formats, results.titles),
        "rows": records(table),
        "smallest": records(results.read("smallest_codes")),
        "formats": records(formats),
        "figures": results.numbered_figures("5."),
    }


def rivals(results: Results) -> dict[str, Any]:
    """Return the section on other explanations."""
    table, met = results.read("rivals"), results.read("epochs_met")
    return {
        "sentences": sentences.rival_sentences(table, met),
        "rows": records(table),
        "met": records(met),
    }


def strip(results: Results) -> list[dict[str, Any]]:
    """Return test image 0: clean, noisy, and as each of the write-up's experiments restores it."""
    shown = results.writeup or list(results.first)[:8]
    shown = [name for name in shown if name in results.first]
    if not shown:
        return []

    def first(path: str) -> np.ndarray:
        return np.load(path, mmap_mode="r")[0, :, :, 0]

    data = results.about["data"][shown[0]]
    texts = results.texts
    found = [
        {"title": texts(f"ui.{key}"), "source": tile(first(data[part])), "error": None}
        for key, part in (("original", "clean"), ("noisy", "noisy"))
    ]
    for name in shown:
        with np.load(results.first[name] / "decoded.npz") as decoded:
            source = tile(decoded["decoded"][0, :, :, 0] / 255)
        error = results.table.loc[name, "ours"]
        found.append({"title": results.titles[name], "source": source, "error": error})
    return found


def plain(text: Localised) -> dict[str, str]:
    """Return a text in all its languages, without HTML."""
    return {language: str(one.unescape()) for language, one in text.texts.items()}


def explored(results: Results) -> dict[str, Any] | None:
    """Return the test images that the page's explorer shows; those of one data set and shape."""
    names = list(
        dict.fromkeys(e for s in results.about["studies"].values() for e in s["experiments"])
    )
    names = [name for name in names if name in results.first]
    if not names:
        return None
    data = results.about["data"][names[0]]
    names = [name for name in names if results.about["data"][name]["clean"] == data["clean"]]
    clean, noisy = (np.load(data[part], mmap_mode="r")[..., 0] for part in ("clean", "noisy"))
    extremes = results.read("extremes")
    index = chosen_images(
        extremes[extremes["experiment"].isin(results.writeup or names)], len(clean)
    )
    sprites = {"clean": sprite(clean[index]), "noisy": sprite(noisy[index])}
    errors, labels = {}, []
    for name in names:
        with np.load(results.first[name] / "decoded.npz") as decoded:
            sprites[name] = sprite(decoded["decoded"][index][..., 0] / 255)
        images = pd.read_csv(results.first[name] / "images.csv", index_col="image").loc[index]
        errors[name], labels = rounded(images["relative_error"]), images["label"].tolist()
    return {
        "index": index,
        "labels": labels,
        "size": list(clean.shape[1:]),
        "columns": COLUMNS,
        "experiments": [{"name": name, "title": plain(results.titles[name])} for name in names],
        "sprites": sprites,
        "errors": errors,
    }


def losses(results: Results) -> dict[str, Any]:
    """Return the loss curves of all runs, an experiment each."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for run, folder in zip(results.runs.itertuples(), results.folders, strict=True):
        history = pd.read_csv(folder / "history.csv")
        parts = {part: rounded(history[part]) for part in ("loss", "val_loss")}
        runs.setdefault(run.experiment, []).append({"seed": run.seed, **parts})
    return {
        "experiments": [
            {"name": name, "title": plain(results.titles[name]), "runs": own}
            for name, own in runs.items()
        ]
    }


def embedded(results: Results, images: dict[str, Any] | None) -> str:
    """Write all results as JSON for the page: its archive, and what its script shows."""
    names = sorted(path.stem for path in (results.folder / "tables").glob("*.csv"))
    data = {
        "languages": results.texts.languages,
        "title": plain(results.texts("title")),
        "ui": {
            key: plain(results.texts(f"ui.{key}"))
            for key in results.texts.keys("ui")
            if key != "column_names"
        },
        "tables": {name: report.columns_and_rows(results.read(name)) for name in names},
        "figures": {
            figure["number"]: figure_data.compact(results.figure_points(figure["number"]))
            for figure in results.figures
        },
        "losses": losses(results),
        "images": images,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")  # nothing in it can end the script element


def table_names(found: list[dict[str, Any]]) -> list[str]:
    """List the numbered tables in the order of the page."""
    names = ["eight"]
    for study in found:
        names.append(f"study-{study['name']}")
        names += [
            f"{kind}-{study['name']}" for kind in ("comparisons", "alternatives") if study[kind]
        ]
    return [
        *names, "implied", "law", "initial", "variance", "rivals", "met", "spread", "smallest",
        "compression", "formats", "claims", "runs",
    ]  # fmt: skip


def evidence(
    ledger: pd.DataFrame, found: list[dict[str, Any]], numbers: dict[str, int]
) -> dict[str, list[dict[str, Any]]]:
    """Name the tables and the figure behind each claim."""
    by_name = {study["name"]: study for study in found}
    links = {}
    for claim in ledger.drop_duplicates("claim").itertuples():
        compares = claim.kind in ("lowest", "highest", "similar")
        names = [f"{'comparisons' if compares else 'study'}-{claim.part}"]
        if claim.part == "values":
            names = ["eight"]
        links[claim.claim] = [
            {"kind": "table", "name": name, "number": numbers[name]}
            for name in names
            if name in numbers
        ]
        for figure in by_name.get(claim.part, {"figures": []})["figures"][-1:]:
            number = figure["number"]
            links[claim.claim].append({"kind": "figure", "name": number, "number": number})
    return links


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
    images_shown, citation = explored(results), read_yaml(arguments.citation)
    quotes = {claim["id"]: claim["quote"] for claim in read_yaml(arguments.claims)["claims"]}
    ledger, found = results.read("claims"), studies(results)
    numbers = report.numbered(table_names(found))
    context = {
        "preview": about["preview"],
        "defaults": about["defaults"],
        "variants": {
            name: localised(title, texts.languages) for name, title in about["variants"].items()
        },
        "tables": numbers,
        "titles": results.titles,
        "writeup": results.writeup or list(results.titles),
        "table": records(results.table.reset_index()),
        "runs": records(results.runs),
        "facts": {
            "least_weights": results.table["parameters"].min(),
            "most_weights": results.table["parameters"].max(),
            "seeds": results.table["seeds"].max(),
            **{f"data_{key}": value for key, value in about["defaults"]["data"].items()},
            "noise_level": about["defaults"]["noise"]["level"],
        },
        "most_seeds": results.table["seeds"].max(),
        "schematic": results.numbered_figures("1.1")[0],
        "architectures": {
            row.architecture: {
                "layers": read_json(results.first[row.Index] / "layers.json"),
                "row": row,
            }
            for row in results.table.itertuples()
        },
        "studies": found,
        "lattice": lattice(results),
        "rivals": rivals(results),
        "images": images(results),
        "compression": compression(results),
        "claims": sentences.claim_rows(ledger, results.titles, quotes, texts.languages),
        "evidence": evidence(ledger, found, numbers),
        "verdicts": sentences.verdict_sentences(ledger),
        "environment": report.environment_facts(results.folders),
        "data_sources": [read_json(path) for path in arguments.sources],
        "train_seconds": results.runs["train_seconds"].sum(),
        "run_seconds": results.runs["train_seconds"].median(),
        "commit": commit(),
        "style": (arguments.report / "style.css").read_text(encoding="utf-8"),
        "script": (arguments.report / "script.js").read_text(encoding="utf-8"),
        "strip": strip(results),
        "data": embedded(results, images_shown),
        "embedded": len(images_shown["index"]) if images_shown else 0,
        "label": results.labels,
        "tags": LANGUAGES,
        "language_names": {"en": "English", "zh": "中文"},
        "bibtex": report.bibtex(citation),
        "citation": arguments.citation.read_text(encoding="utf-8"),
    }
    html = report.render(arguments.report / "templates", texts, context)
    arguments.output.write_text(html, encoding="utf-8")


if __name__ == "__main__":
    run_program(main)
