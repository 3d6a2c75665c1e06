"""The first screen: each question, the reported number, ours, and what follows, in a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from denoising.evidence.experiments import ALL_ERROR, ERROR
from denoising.files import read_csv
from denoising.report.dots import averaged
from denoising.report.parts import goals, response, transfer
from denoising.report.results import Results
from denoising.report.sentences.studies import studies
from denoising.report.texts import Sentence, Titles

MOST = 4  # lines, where nothing is of the write-up
MOSTLY = 0.5  # of the seeds: what holds in more of them holds mostly


@dataclass(frozen=True)
class Line:
    """A question, the experiment that answers it, and what is said of it."""

    study: str
    heading: Any
    experiment: str
    title: Any
    reported: float | None
    median: float
    least: float
    most: float
    runs: int
    sentences: Sequence[Sentence]


@cache
def lines(results: Results) -> list[Line]:
    """Return a line a question: those of the write-up, or else the first ones of the plan."""
    every = studies(results)
    asked = [one for one in every if one["in_writeup"]] or every[:MOST]
    return [line for line in (_line(results, study) for study in asked) if line]


def other_lines(results: Results) -> list[Line]:
    """Return a line for each study that is not the write-up's."""
    found = []
    for study in studies(results):
        line = None if study["in_writeup"] else _line(results, study)
        if line and (said := _own_sentences(results, study["name"])):
            line = replace(line, sentences=said)
        found += [line] if line else []
    return found


def beyond(results: Results) -> list[Line]:
    """Return the lines of `other_lines` that are not among those of the first screen."""
    told = {line.study for line in lines(results)}
    return [line for line in other_lines(results) if line.study not in told]


def _own_sentences(results: Results, study: str) -> list[Sentence]:
    """Return what a study with goals, or with models away from home, says of these."""
    if study in results.plan.get("goals", {}):
        return goals.sentences(results, study)
    if study in results.plan.get("transfers", {}):
        table = results.read("transfers")
        own = table[(table["study"] == study) & (table["runs"] > 0)]
        return transfer.answer(own) if len(own) else []
    return []


def _line(results: Results, study: Mapping[str, Any]) -> Line | None:
    """Return the line of a study: the write-up's by its first images, others by all."""
    measure = ERROR if study["in_writeup"] else ALL_ERROR
    names = [name for name in _comparable(results, study) if len(averaged(results, name, measure))]
    if not names:
        return None
    titles = results.titles_in(study["name"])
    if followed := response.ends(results, study["name"]):
        name, said = followed
    elif len(names) == 1:
        name, said = names[0], _alone(results, names[0], measure)
    elif study.get("error_limit"):
        name, said = _under(results, names, study["error_limit"], titles, measure)
    else:
        name, said = _best(results, names, titles, measure)
    errors = averaged(results, name, measure)[measure]
    reported = results.table.loc[name, "reported"]
    return Line(
        study=study["name"],
        heading=study["heading"],
        experiment=name,
        title=titles[name],
        reported=None if pd.isna(reported) else float(reported),
        median=float(errors.median()),
        least=float(errors.min()),
        most=float(errors.max()),
        runs=len(errors),
        sentences=said,
    )


def _comparable(results: Results, study: Mapping[str, Any]) -> Sequence[str]:
    """Return the largest group of a study that is tested on the same images and noise."""
    return max(results.conditions(study["experiments"]).values(), key=len)


def _alone(results: Results, name: str, measure: str) -> list[Sentence]:
    """Say where the reported number lies among ours."""
    errors = averaged(results, name, measure)[measure]
    reported = results.table.loc[name, "reported"]
    if pd.isna(reported):
        return []
    values = {"runs": len(errors), "seeds": len(errors)}
    if len(errors) == 1:
        return [Sentence("answers.one_run", {"difference": abs(errors.iloc[0] - reported)})]
    if reported < errors.min():
        return [Sentence("answers.below", values)]
    if reported > errors.max():
        return [Sentence("answers.above", values)]
    lower = int((errors < reported).sum())
    return [Sentence("answers.among", {**values, "lower": lower})]


def _best(
    results: Results, names: Sequence[str], titles: Titles, measure: str
) -> tuple[str, list[Sentence]]:
    """Say in how many seeds the best is the best, and the worst the worst.

    The best is the write-up's where the study is its own, else that of our medians.
    """
    errors = paired(results, names, measure)
    reported = results.table.loc[list(names), "reported"]
    known = measure == ERROR and reported.notna().all()
    by = reported if known else medians(results, names, measure)
    best, worst = str(by.idxmin()), str(by.idxmax())
    if errors.empty:
        return best, [Sentence("answers.unpaired")]
    lowest = errors.idxmin(axis=1).value_counts()
    count, seeds = int(lowest.get(best, 0)), len(errors)
    values = {"best": titles[best], "count": count, "seeds": seeds}
    said = [Sentence(_manner(count, seeds, CLAIMED if known else ALONE), values)]
    if count <= MOSTLY * seeds and known:
        other = str(lowest.idxmax())
        values |= {"other": titles[other], "most": int(lowest.max())}
        said = [Sentence("answers.best_not", values)]
    if len(names) > 2:
        last = int((errors.idxmax(axis=1) == worst).sum())
        values = {"worst": titles[worst], "count": last, "seeds": seeds}
        key = "answers.worst_all" if last == seeds else "answers.worst_some"
        said.append(Sentence(key, values))
    return best, said


# What was claimed, and what was not: in all seeds, in some, in the one that there is.
CLAIMED = ("answers.best_all", "answers.best_some", "answers.best_one")
ALONE = ("answers.best_all_alone", "answers.best_some_alone", "answers.best_one_alone")


def _manner(count: int, seeds: int, keys: Sequence[str]) -> str:
    return keys[2] if seeds == 1 else keys[0] if count == seeds else keys[1]


def medians(results: Results, names: Sequence[str], measure: str) -> pd.Series:
    """Return each experiment's middle error."""
    return pd.Series({name: averaged(results, name, measure)[measure].median() for name in names})


def paired(results: Results, names: Sequence[str], measure: str) -> pd.DataFrame:
    """Return the errors of the seeds that all of the experiments have: a column each."""
    each = {name: averaged(results, name, measure).set_index("seed")[measure] for name in names}
    return pd.concat(each, axis=1).dropna()


def _under(
    results: Results, names: Sequence[str], limit: float, titles: Titles, measure: str
) -> tuple[str, list[Sentence]]:
    """Say what the smallest code is that stays under a limit, and whether every image does."""
    sizes = results.table.loc[list(names), "code_elements"]
    middle = medians(results, names, measure)
    under = list(middle.index[middle < limit])
    if not under:
        nearest = str(middle.idxmin())
        values = {"title": titles[nearest], "limit": limit}
        return nearest, [Sentence("answers.none_under", values)]
    smallest = min(under, key=lambda name: sizes[name] if pd.notna(sizes[name]) else float("inf"))
    own = averaged(results, smallest, measure)[measure]
    kept = int((own < limit).sum())
    values = {"title": titles[smallest], "limit": limit, "count": kept, "runs": len(own)}
    said = [Sentence("answers.under_all" if kept == len(own) else "answers.under_some", values)]
    worst, images = worst_images(results, names)
    if worst:
        values = {"images": images, "worst": min(worst), "runs": len(worst)}
        values["count"] = sum(one < limit for one in worst)
        key = "answers.every" if min(worst) < limit else "answers.not_every"
        said.append(Sentence(key, values))
    return smallest, said


def worst_images(results: Results, names: Sequence[str]) -> tuple[list[float], int]:
    """Return the error of each run's worst test image, and how many images there are."""
    found, images = [], 0
    for name in names:
        worst, images = _worst(results, name)
        found += worst
    return found, images


@cache
def _worst(results: Results, name: str) -> tuple[list[float], int]:
    folders = dict(zip(results.runs.index, results.folders, strict=True))
    errors = [
        read_csv(folders[run] / "images.csv")["relative_error"]
        for run in averaged(results, name).index
    ]
    return [float(one.max()) for one in errors], len(errors[0])


def best_today(results: Results, experiments: Sequence[str]) -> dict[str, Any] | None:
    """Return the lowest median of all that is tested as these are, if it is none of them."""
    if not experiments:
        return None
    condition = results.condition(experiments[0])
    alike = [
        name
        for name in results.titles
        if results.condition(name) == condition and len(averaged(results, name)) > 0
    ]
    middle = medians(results, alike, ERROR)
    best = str(middle.idxmin())
    if best in experiments:
        return None
    errors = averaged(results, best)[ERROR]
    return {
        "title": results.titles[best],
        "median": float(middle[best]),
        "least": float(errors.min()),
        "most": float(errors.max()),
        "runs": len(errors),
    }
