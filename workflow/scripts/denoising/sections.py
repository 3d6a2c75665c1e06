"""The report's sections: which tables, figures and sentences stand in each."""

from typing import Any

import pandas as pd

from denoising import lattice_sentences, sentences
from denoising.law import ALL, LEARNED, STATED
from denoising.replicates import COMPARED
from denoising.report import records
from denoising.results import Results
from denoising.texts import filled, localised

SHOWN_BY_RUN = ("val_loss", "roughness", "edge_ratio")  # measures of "every run" alone


def baseline(results: Results) -> dict[str, Any] | None:
    """Return what the first of the write-up's experiments is made of; None if it has no run."""
    first = next(iter(results.writeup), None)
    if first is None or not results.table.loc[first, "seeds"]:
        return None
    return results.table.loc[first, ["title", "optimizer", "loss", "code_shape"]].to_dict()


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
        in_writeup = name in results.writeup_studies
        heading = filled("{name} {title}", name=f"{name})", title=words["title"])
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
                "heading": heading if in_writeup else words["title"],
                "in_writeup": in_writeup,
                "rows": records(results.table.loc[study["experiments"]].reset_index()),
                "sentences": sentences.study_sentences(results.table, results.runs, study)
                + lattice_sentences.half_learned_in_study(
                    results.runs, study["experiments"], results.titles
                )
                + (
                    []
                    if in_writeup
                    else lattice_sentences.dying_sentences(
                        results.runs, study["experiments"], results.titles
                    )
                ),
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
    stated = [*results.writeup, STATED, ALL, LEARNED]
    return {
        "sentences": lattice_sentences.law_sentences(law, implied)
        + lattice_sentences.half_learned_sentences(results.runs, results.writeup, results.titles)
        + lattice_sentences.revival_sentences(
            results.runs[results.runs["experiment"].isin(results.writeup)]
        )
        + lattice_sentences.repaired_sentences(results.runs, results.titles),
        "implied": records(implied),
        "law": records(law[law["experiment"].isin(stated)]),
        "initial": records(initial),
        "initial_sentences": lattice_sentences.initial_sentences(initial),
        "variance": records(variance),
        "variance_sentences": lattice_sentences.variance_sentences(
            variance[variance["study"].isin(results.writeup_studies)]
        ),
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
    written = table[table["experiment"].isin(results.writeup)]
    told = table if written.empty else written
    return {
        "sentences": sentences.compression_sentences(told, formats, results.titles),
        "rows": records(table),
        "smallest": records(results.read("smallest_codes")),
        "formats": records(formats),
        "figures": results.numbered_figures("5."),
    }


def rivals(results: Results) -> dict[str, Any]:
    """Return the section on other explanations."""
    table, met = results.read("rivals"), results.read("epochs_met")
    titles = results.about["variants"].items()
    variants = {name: localised(title, results.texts.languages) for name, title in titles}
    others = {
        name: results.texts(f"rivals.names.{name}")
        for name in ("checkpoint", "other_noise", "slip")
    }
    return {
        "sentences": sentences.rival_sentences(table, met, others, variants),
        "variants": variants,
        "rows": records(table),
        "met": records(met),
    }


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
        elif compares and claim.measure not in COMPARED:  # the study's tables do not hold it
            names = ["runs"] if claim.measure in SHOWN_BY_RUN else []
        links[claim.claim] = [
            {"kind": "table", "name": name, "number": numbers[name]}
            for name in names
            if name in numbers
        ]
        for figure in by_name.get(claim.part, {"figures": []})["figures"][-1:]:
            number = figure["number"]
            links[claim.claim].append({"kind": "figure", "name": number, "number": number})
    return links
