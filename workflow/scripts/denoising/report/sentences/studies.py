"""The studies: what their numbers say, as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from denoising.evidence import replicates
from denoising.evidence.experiments import ALL_ERROR, ERROR
from denoising.evidence.statistics import ENOUGH, enough
from denoising.files import records
from denoising.measures.status import COMPLETED, STATUSES
from denoising.report.numbers import format_interval, format_number
from denoising.report.results import Results
from denoising.report.sentences import lattice
from denoising.report.texts import Sentence, Titles, filled, joined, localised

MANY = 12  # experiments or conditions, of which not each is named
NAMED = 5  # of many: the best ones that are


@cache
def studies(results: Results) -> list[dict[str, Any]]:
    """Return what each study of the plan says and shows."""
    comparisons, alternatives = results.read("comparisons"), results.read("alternatives")
    reported = results.table["reported"].to_dict()
    found = []
    languages = results.texts.languages
    for name, study in results.plan["studies"].items():
        experiments = list(study["experiments"])
        words = {
            key: localised(study[key], languages) for key in ("title", "question") if key in study
        }
        in_writeup = name in results.writeup_studies
        heading = filled("{name} {title}", name=f"{name})", title=words["title"])
        # a pair of which one has no such measure is none
        compared = comparisons[(comparisons["study"] == name) & (comparisons["count"] > 0)]
        # only what is tested on the same images with the same noise is paired
        pairs = zip(compared["a"], compared["b"], strict=True)
        same_test = np.array(
            [results.condition(a) == results.condition(b) for a, b in pairs], dtype=bool
        )
        same = alternatives[alternatives["of"].isin(experiments)]
        same = same[same["experiment"].isin(experiments)]
        if same["experiment"].nunique() < 2:
            same = same[:0]
        table = results.table if in_writeup else results.by_all_images
        sentences = study_sentences(
            table, results.runs, study, conditions(results, study), in_writeup=in_writeup
        )
        if len(experiments) <= MANY:
            sentences += lattice.half_learned_in_study(results.runs, experiments, results.titles)
        if not in_writeup and len(experiments) <= MANY:
            sentences += lattice.dying_sentences(results.runs, experiments, results.titles)
        found.append(
            {
                **study,
                **words,
                "name": name,
                "heading": heading if in_writeup else words["title"],
                "in_writeup": in_writeup,
                "rows": _rows(results, experiments, table),
                "sentences": sentences,
                "comparisons": records(compared[same_test]),
                "comparison_sentences": comparison_sentences(
                    compared[same_test], results.titles, _pairs(compared[~same_test])
                ),
                "alternatives": records(same),
                "alternatives_sentences": alternatives_sentences(same, reported, results.titles),
            }
        )
    return found


def conditions(results: Results, study: Mapping[str, Any]) -> dict[str, list[str]]:
    """Group a study's experiments by what they are tested on: its title → the experiments."""
    groups = results.conditions(study["experiments"])
    return {results.condition_title(one): names for one, names in groups.items()}


def summary_rows(results: Results) -> list[dict[str, Any]]:
    """Return the write-up's experiments, or else all."""
    if results.writeup:
        return _rows(results, results.writeup, results.table)
    return _rows(results, list(results.titles), results.by_all_images)


def _rows(results: Results, experiments: list[str], table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = records(table.loc[experiments].reset_index())
    several = len(results.conditions(experiments)) > 1
    methods = len({results.method(name) for name in experiments}) > 1
    summaries = results.read("experiments")
    medians = summaries.pivot(index="experiment", columns="measure", values="median")
    medians = medians.to_dict("index")
    for row in rows:
        name = row["experiment"]
        row |= {key: one for key, one in medians.get(name, {}).items() if key not in row}
        row |= {
            "condition": results.condition_title(results.condition(name)) if several else None,
            "method": results.method_title(name) if methods else None,
            "expected": results.plan["expected"].get(name, row["seeds"]),
            # of one run there is no range
            **(dict.fromkeys(("min", "max", "mean")) if row["seeds"] - row["failed"] < 2 else {}),
            "input_share": row["code_elements"] / row["input_elements"],
            **_cost(results, name),
        }
    return rows


def _cost(results: Results, name: str) -> dict[str, Any]:
    """Return what an experiment took: seconds of a run, and milliseconds of an image."""
    own = replicates.completed(results.runs[results.runs["experiment"] == name])
    chosen = own["chosen"].dropna().unique()
    return {
        "seconds": own["cost_seconds"].mean(),
        "each": 1000 * own["denoise_seconds"].mean(),
        "chosen": "; ".join(chosen) or None,
    }


def _pairs(comparisons: pd.DataFrame) -> int:
    return len(comparisons[["a", "b"]].drop_duplicates())


def study_sentences(
    table: pd.DataFrame,
    runs: pd.DataFrame,
    study: Mapping[str, Any],
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    in_writeup: bool = True,
) -> list[Sentence]:
    """Say what the averages of a study say; of each group of `groups` by itself.

    Parameters
    ----------
    table : DataFrame
        From `denoising.evidence.experiments.experiment_table`.
    runs : DataFrame
        ``runs.csv``.
    study : mapping
        ``experiments``, and ``error_limit`` where the study has one.
    groups : mapping, optional
        What is tested on the same images with the same noise: its title → the experiments. Only
        these are put in an order.
    in_writeup : bool
        Whether ``ours`` is the error of the first ten test images, else that of all of them.
    """
    rows = table.loc[list(study["experiments"])]
    known = rows.dropna(subset=["ours"])
    if known.empty:
        none = rows["seeds"].eq(rows["failed"]).all()
        first = Sentence("results.none_completed" if none else "results.no_error")
        return [first, *ended_sentences(rows, runs)]
    groups = groups or {"": study["experiments"]}
    sentences = [Sentence("results.apart", {"count": len(groups)})] if len(groups) > 1 else []
    for title, names in groups.items() if len(groups) <= MANY else ():
        own = known.loc[[name for name in names if name in known.index]]
        if own.empty:
            continue
        said = (
            _error_sentences(own, in_writeup)
            if len(own) == 1
            else _order_sentences(own, in_writeup)
        )
        if study.get("error_limit"):
            said += _limit_sentences(own, runs, study["error_limit"], in_writeup)
        sentences += [replace(one, of=title if len(groups) > 1 else "") for one in said]
    sentences += ended_sentences(rows, runs)
    missing = rows.loc[rows["seeds"] == 0, "title"]
    if len(missing):
        sentences.append(Sentence("results.missing", {"titles": joined(", ", missing)}))
    alone = known.loc[known["seeds"] == 1, "title"]
    if len(alone) == len(known):
        sentences.append(Sentence("results.one_seed"))
    elif len(alone):
        sentences.append(Sentence("results.one_seed_of", {"titles": joined(", ", alone)}))
    return sentences


def ended_sentences(rows: pd.DataFrame, runs: pd.DataFrame) -> list[Sentence]:
    """Say how many runs of each experiment ended otherwise than completed; of many in all."""
    found = []
    if len(rows) > MANY:
        own = runs[runs["experiment"].isin(rows.index)]
        counts = own["status"].value_counts()
        for name, status in STATUSES.items():
            if name != COMPLETED and name in counts.index:
                how = localised(status.said, list(status.said))
                values = {"count": counts[name], "runs": len(own), "how": how}
                found.append(Sentence("results.ended_of_many", values))
        return found
    for row in rows.itertuples():
        counts = runs.loc[runs["experiment"] == row.Index, "status"].value_counts()
        for name, status in STATUSES.items():
            if name != COMPLETED and name in counts.index:
                key = "results.ended" if status.averaged else "results.left_out"
                how = localised(status.said, list(status.said))
                values = {"title": row.title, "count": counts[name], "runs": row.seeds, "how": how}
                found.append(Sentence(key, values))
    return found


def _error_sentences(rows: pd.DataFrame, in_writeup: bool) -> list[Sentence]:
    row = rows.iloc[0]
    values = {key: row[key] for key in ("title", "first_ten", "all_images")}
    sentences = [Sentence("results.error" if in_writeup else "results.error_all", values)]
    if pd.notna(row["low"]):
        interval = format_interval(row["low"], row["high"])
        values = {"interval": interval, "seeds": row["seeds"], "sd": row["sd"]}
        sentences.append(Sentence("results.interval", values))
    if pd.notna(row["reported"]):
        difference = format_number(row["difference"], sign=True)
        values = {"reported": row["reported"], "difference": difference}
        sentences.append(Sentence("results.reported", values))
    return sentences


def _order_sentences(rows: pd.DataFrame, in_writeup: bool) -> list[Sentence]:
    def order(by: str) -> Any:
        ordered = rows.sort_values(by)
        pairs = zip(ordered["title"], ordered[by], strict=True)
        each = [filled("{t} ({e:.3f})", t=title, e=error) for title, error in pairs]
        return joined(" < ", each if len(each) <= MANY else [*each[:NAMED], "…", each[-1]])

    if not in_writeup:
        return [Sentence("results.order_all", {"order": order("ours")})]
    sentences = [Sentence("results.order", {"order": order("ours")})]
    if rows["reported"].notna().all() and rows["reported"].nunique() == len(rows):
        ranks = rows["ours"].rank().equals(rows["reported"].rank())
        key = "results.same_order" if ranks else "results.other_order"
        sentences.append(Sentence(key, {"order": order("reported")}))
    best = rows["all_images"].idxmin()
    values = {"title": rows.loc[best, "title"], "error": rows.loc[best, "all_images"]}
    return [*sentences, Sentence("results.best_of_all", values)]


def _limit_sentences(
    rows: pd.DataFrame, runs: pd.DataFrame, limit: float, in_writeup: bool
) -> list[Sentence]:
    under = rows[rows["ours"] < limit]
    own = replicates.completed(runs).groupby("experiment")[ERROR if in_writeup else ALL_ERROR]
    of = "" if in_writeup else "_all"
    if len(rows) == 1:
        errors = own.get_group(rows.index[0])
        values = {"limit": limit, "count": (errors < limit).sum(), "runs": len(errors)}
        key = "results.under" if len(under) else "results.not_under"
        alone = "_alone" if len(errors) == 1 else ""
        return [Sentence(f"{key}{alone}{of}", values)]
    each = (
        filled("{title} ({n}/{all})", title=row.title, n=(errors < limit).sum(), all=len(errors))
        for row in rows.itertuples()
        for errors in [own.get_group(row.Index)]
    )
    values = {
        "limit": limit, "under": len(under), "all": len(rows), "runs": joined(", ", each),
    }  # fmt: skip
    sentences = [Sentence(f"results.under_limit{of}", values)]
    if rows["code_elements"].notna().sum() > 1 and under["code_elements"].notna().any():
        smallest = under.loc[under["code_elements"].idxmin()]
        values = {"title": smallest["title"], "shape": smallest["code_shape"], "limit": limit}
        sentences.append(Sentence("results.smallest_code", values))
    return sentences


def comparison_sentences(
    comparisons: pd.DataFrame, titles: Titles, unpaired: int = 0
) -> list[Sentence]:
    """Say which differences of a study are shown, and which of them when k is taken out.

    Parameters
    ----------
    comparisons : DataFrame
        The study's rows of ``comparisons.csv``.
    titles : mapping
        Experiment → its title.
    unpaired : int
        Pairs that are not compared: tested on other images, or with other noise.
    """
    apart = [Sentence("comparisons.unpaired", {"count": unpaired})] if unpaired else []
    if comparisons.empty:
        return apart
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
        manner = "_one" if len(own) == 1 else "_all" if len(shown) == len(own) else ""
        sentences.append(Sentence(f"comparisons.{key}{manner}", values))
        sentences += [_difference(row, titles) for row in shown.itertuples()]
    if len(judged) < len(comparisons):
        few = comparisons.loc[comparisons["verdict"] == replicates.NOT_ENOUGH, "count"]
        values = {"few": len(few), "all": len(comparisons), "count": few.min(), "enough": ENOUGH}
        sentences.append(Sentence("comparisons.not_enough", values))
    return [*sentences, *apart]


def _difference(row: Any, titles: Titles) -> Sentence:
    lower, higher = (row.a, row.b) if row.difference < 0 else (row.b, row.a)
    ends = (row.low, row.high) if row.difference > 0 else (-row.high, -row.low)
    values = {
        "lower": titles[lower],
        "higher": titles[higher],
        "by": abs(row.difference),
        "interval": format_interval(*ends),
    }
    return Sentence("comparisons.lower", values)


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
