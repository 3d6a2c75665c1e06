"""The studies: what their numbers say, as sentences."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from denoising.evidence import replicates
from denoising.evidence.statistics import ENOUGH, enough
from denoising.files import records
from denoising.report.numbers import format_interval, format_number
from denoising.report.results import Results
from denoising.report.sections import lattice as lattice_sentences
from denoising.report.texts import Sentence, Titles, filled, joined, localised


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
                "sentences": study_sentences(results.table, results.runs, study)
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
                "comparison_sentences": comparison_sentences(compared, results.titles),
                "alternatives": records(same),
                "alternatives_sentences": alternatives_sentences(same, reported, results.titles),
                "figures": [figure for figure in results.figures if figure["study"] == name],
            }
        )
    return found


def study_sentences(
    table: pd.DataFrame, runs: pd.DataFrame, study: Mapping[str, Any]
) -> list[Sentence]:
    """Say what the averages of a study say.

    Parameters
    ----------
    table : DataFrame
        From `denoising.report.experiment_table`.
    runs : DataFrame
        ``runs.csv``.
    study : mapping
        ``experiments``, and ``error_limit`` where the study has one.
    """
    rows = table.loc[list(study["experiments"])]
    known = rows.dropna(subset=["ours"])
    if known.empty:
        return [Sentence("results.none_completed")]
    alone = len(known) == 1
    sentences = _error_sentences(known) if alone else _order_sentences(known)
    if study.get("error_limit"):
        sentences += _limit_sentences(known, runs, study["error_limit"])
    sentences += [
        Sentence("results.failed", {"title": row.title, "failed": row.failed, "seeds": row.seeds})
        for row in rows.itertuples()
        if row.failed
    ]
    missing = rows.loc[rows["seeds"] == 0, "title"]
    if len(missing):
        sentences.append(Sentence("results.missing", {"titles": joined(", ", missing)}))
    if known["seeds"].min() == 1:
        sentences.append(Sentence("results.one_seed"))
    return sentences


def _error_sentences(rows: pd.DataFrame) -> list[Sentence]:
    row = rows.iloc[0]
    values = {"title": row["title"], "ours": row["ours"], "all_images": row["all_images"]}
    sentences = [Sentence("results.error", values)]
    if pd.notna(row["low"]):
        interval = format_interval(row["low"], row["high"])
        values = {"interval": interval, "seeds": row["seeds"], "sd": row["sd"]}
        sentences.append(Sentence("results.interval", values))
    if pd.notna(row["reported"]):
        difference = format_number(row["difference"], sign=True)
        values = {"reported": row["reported"], "difference": difference}
        sentences.append(Sentence("results.reported", values))
    return sentences


def _order_sentences(rows: pd.DataFrame) -> list[Sentence]:
    def order(by: str) -> Any:
        ordered = rows.sort_values(by)
        each = zip(ordered["title"], ordered[by], strict=True)
        return joined(" < ", (filled("{t} ({e:.3f})", t=title, e=error) for title, error in each))

    sentences = [Sentence("results.order", {"order": order("ours")})]
    if rows["reported"].notna().all() and rows["reported"].nunique() == len(rows):
        ranks = rows["ours"].rank().equals(rows["reported"].rank())
        key = "results.same_order" if ranks else "results.other_order"
        sentences.append(Sentence(key, {"order": order("reported")}))
    best = rows["all_images"].idxmin()
    values = {"title": rows.loc[best, "title"], "error": rows.loc[best, "all_images"]}
    return [*sentences, Sentence("results.best_of_all", values)]


def _limit_sentences(rows: pd.DataFrame, runs: pd.DataFrame, limit: float) -> list[Sentence]:
    under = rows[rows["ours"] < limit]
    own = replicates.completed(runs).groupby("experiment")["relative_error_first10"]
    each = (
        filled("{title} ({n}/{all})", title=row.title, n=(errors < limit).sum(), all=len(errors))
        for row in rows.itertuples()
        for errors in [own.get_group(row.Index)]
    )
    values = {
        "limit": limit, "under": len(under), "all": len(rows), "runs": joined(", ", each),
    }  # fmt: skip
    sentences = [Sentence("results.under_limit", values)]
    if not under.empty:
        smallest = under.loc[under["code_elements"].idxmin()]
        values = {"title": smallest["title"], "shape": smallest["code_shape"], "limit": limit}
        sentences.append(Sentence("results.smallest_code", values))
    return sentences


def comparison_sentences(comparisons: pd.DataFrame, titles: Titles) -> list[Sentence]:
    """Say which differences of a study are shown, and which of them when k is taken out.

    Parameters
    ----------
    comparisons : DataFrame
        The study's rows of ``comparisons.csv``.
    titles : mapping
        Experiment → its title.
    """
    if comparisons.empty:
        return []
    judged = comparisons[comparisons["verdict"] != replicates.NOT_ENOUGH]
    sentences = []
    for measure, key in (("relative_error", "stated"), ("live_error", "live")):
        own = judged[judged["measure"] == measure]
        if own.empty:
            continue
        shown = own[own["verdict"].isin((replicates.LOWER, replicates.HIGHER))]
        values: dict[str, Any] = {"shown": len(shown), "all": len(own)}
        if shown.empty:
            sentences.append(Sentence(f"comparisons.{key}_none", values))
            continue
        found = joined("; ", (_difference(row, titles) for row in shown.itertuples()))
        sentences.append(Sentence(f"comparisons.{key}", {**values, "found": found}))
    if len(judged) < len(comparisons):
        few = comparisons.loc[comparisons["verdict"] == replicates.NOT_ENOUGH, "count"]
        values = {"few": len(few), "all": len(comparisons), "count": few.min(), "enough": ENOUGH}
        sentences.append(Sentence("comparisons.not_enough", values))
    return sentences


def _difference(row: Any, titles: Titles) -> Any:
    lower, higher = (row.a, row.b) if row.difference < 0 else (row.b, row.a)
    ends = (row.low, row.high) if row.difference > 0 else (-row.high, -row.low)
    return filled(
        "{lower} < {higher} ({by:.4f}, {interval})",
        lower=titles[lower],
        higher=titles[higher],
        by=abs(row.difference),
        interval=format_interval(*ends, digits=4),
    )


def alternatives_sentences(
    alternatives: pd.DataFrame, reported: Mapping[str, float], titles: Titles
) -> list[Sentence]:
    """Say which of the experiments that stand for one of the write-up comes nearest at equal k."""
    sentences = []
    for base, own in alternatives.groupby("of", sort=False):
        live = own[own["dead"] == 0]
        if not live["count"].map(enough).all():
            continue
        nearest = live.loc[live["distance"].abs().idxmin()]
        values = {
            "title": titles[nearest["experiment"]],
            "reported": reported[base],
            "error": nearest["error"],
            "interval": format_interval(nearest["low"], nearest["high"]),
        }
        sentences.append(Sentence("readings.nearest", values))
    return sentences
