"""Successive halving: of a sweep's experiments the best are promoted, rung by rung.

Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter
optimization"; the word is that of Li et al. 2020, "A system for massively parallel hyperparameter
tuning". Each experiment of a sweep has one on every rung. Studies that name a rung hold those that
were promoted to it, which is known when all of the rung below are finished.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from denoising.config.read import Config
from denoising.config.resolve import both
from denoising.config.studies import enabled_studies
from denoising.config.sweeps import groups
from denoising.measures.status import AVERAGED

NOT_YET = {"en": "before the best are chosen", "zh": "选出最佳之前"}


class Rung(NamedTuple):
    """A rung of a sweep.

    Attributes
    ----------
    group : str
        What a study names it by.
    below : str
        The sweep, or the rung below.
    best : int
        How many are promoted to it.
    above : dict
        Experiment of the one below → its own.
    """

    group: str
    below: str
    best: int
    above: dict[str, str]


class Decision(NamedTuple):
    """What is known of the rungs that a rebuild holds.

    Attributes
    ----------
    chosen : dict
        Rung → the experiments that were promoted, the best first; none while it waits.
    judged : dict
        Rung → the experiments that they are chosen from; while the rung below waits, those that
        are judged for that.
    waiting : list of str
        Rungs of which some of these are not finished.
    """

    chosen: dict[str, list[str]]
    judged: dict[str, list[str]]
    waiting: list[str]


def rungs(config: Config) -> Iterator[Rung]:
    """List the rungs of all sweeps, those below first."""
    for name, sweep in config.get("sweeps", {}).items():
        if "rungs" not in sweep:
            continue
        levels = pairwise(groups(name, sweep).items())
        for ((below, lower), (group, own)), rung in zip(levels, sweep["rungs"], strict=True):
            yield Rung(group, below, rung["best"], dict(zip(lower, own, strict=True)))


def lower(config: Config) -> dict[str, str]:
    """Return each experiment that could stand on a rung → the one that it goes on from."""
    return {above: name for one in rungs(config) for name, above in one.above.items()}


def held_out_error(runs: Iterable[Mapping[str, Any]]) -> float:
    """Return the error by which an experiment is judged: the mean over its seeds.

    Parameters
    ----------
    runs : iterable of mapping
        ``metrics.json`` of each; those of a status that is not averaged are left out, as they are
        on the page. Infinite if all are.
    """
    errors = [run["held_out_error"] for run in runs if run["status"] in AVERAGED]
    known = [error for error in errors if error is not None]
    return sum(known) / len(known) if known else math.inf


def decide(config: Config, error: Callable[[str], float | None]) -> Decision:
    """Choose who is promoted to the rungs that enabled studies name, and to those below them.

    Parameters
    ----------
    config : mapping
        The whole configuration, its sweeps expanded.
    error : callable
        Gives the error of an experiment (`held_out_error`): None while it is not finished.
    """
    wanted = {name for study in enabled_studies(config).values() for name in study["experiments"]}
    every = list(rungs(config))
    for one in reversed(every):
        if one.group in wanted:
            wanted.add(one.below)
    found = Decision({}, {}, [])
    for one in every:
        if one.group not in wanted:
            continue
        level = found.judged if one.below in found.waiting else found.chosen
        judged = level.get(one.below, list(one.above))
        errors = {name: error(name) for name in judged}
        known = {name: value for name, value in errors.items() if value is not None}
        found.judged[one.group] = judged
        if one.below in found.waiting or len(known) < len(judged):
            found.waiting.append(one.group)
            known = {}
        usable = [name for name in sorted(known, key=known.get) if known[name] < math.inf]
        found.chosen[one.group] = [one.above[name] for name in usable[: one.best]]
    return found


def with_chosen(config: Config, decision: Decision) -> Config:
    """Let studies hold, for a rung that they name, those that were promoted to it.

    A study of nobody is left out. If nothing would be left, studies hold those that are chosen
    from, and their titles say so.
    """
    studies = {
        name: {**study, "experiments": _resolved(study["experiments"], decision.chosen)}
        for name, study in config["studies"].items()
    }
    held = {name: study for name, study in studies.items() if study["experiments"]}
    if not enabled_studies({**config, "studies": held}):
        for name, study in enabled_studies(config).items():
            judged = _resolved(study["experiments"], decision.judged)
            if judged:
                about = {"title": both(study["title"], NOT_YET), "pairs": "none", "panels": "none"}
                held[name] = {**study, **about, "experiments": judged}
    return {**config, "studies": held}


def _resolved(named: Iterable[str], groups: Mapping[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(one for name in named for one in groups.get(name, [name])))
