"""Successive halving: of a sweep's experiments the best go on, rung by rung.

Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter
optimization". Each experiment of a sweep has one on every rung; studies hold those that were
chosen, which is known when all of the rung below are finished.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from denoising.config.read import Config
from denoising.config.studies import enabled_studies
from denoising.config.sweeps import groups


class Rung(NamedTuple):
    """A rung of a sweep.

    Attributes
    ----------
    group : str
        What a study names it by.
    below : str
        The sweep, or the rung below.
    best : int
        How many go on.
    above : dict
        Experiment of the one below → its own.
    """

    group: str
    below: str
    best: int
    above: dict[str, str]


def below(config: Config) -> dict[str, str]:
    """Return each experiment that could stand on a rung → the one that it goes on from."""
    return {above: name for one in rungs(config) for name, above in one.above.items()}


class Decision(NamedTuple):
    """What of the rungs is known.

    Attributes
    ----------
    chosen : dict
        Rung → experiments, the best first; of a rung that waits those below it, which come first.
    waiting : list of str
        Rungs that are not decided yet.
    """

    chosen: dict[str, list[str]]
    waiting: list[str]


def rungs(config: Config) -> Iterator[Rung]:
    """List the rungs of all sweeps, those below first."""
    for name, sweep in config.get("sweeps", {}).items():
        stood = list(groups(name, sweep).items())
        for (below, lower), (group, own), rung in zip(
            stood, stood[1:], sweep.get("rungs", ()), strict=False
        ):
            yield Rung(group, below, rung["best"], dict(zip(lower, own, strict=True)))


def decide(config: Config, error: Callable[[str], float | None]) -> Decision:
    """Choose those of each rung that a study of this rebuild holds.

    Parameters
    ----------
    config : mapping
        The whole configuration, its sweeps expanded.
    error : callable
        Gives the error of an experiment by which it is judged, on held-out images: None while it
        is not finished, infinite where it came to nothing.
    """
    held = {name for study in enabled_studies(config).values() for name in study["experiments"]}
    every = list(rungs(config))
    wanted = {one.group for one in every if held & set(one.above.values())}
    for one in reversed(every):
        if one.group in wanted:
            wanted.add(one.below)
    chosen: dict[str, list[str]] = {}
    waiting: list[str] = []
    for one in every:
        if one.group not in wanted:
            continue
        below = chosen.get(one.below, list(one.above))
        errors = {} if one.below in waiting else {name: error(name) for name in below}
        known = {name: value for name, value in errors.items() if value is not None}
        if not known or len(known) < len(below):
            chosen[one.group] = below
            waiting.append(one.group)
            continue
        best = sorted(known, key=lambda name: known[name])[: one.best]
        usable = [name for name in best if known[name] < float("inf")]
        chosen[one.group] = [one.above[name] for name in usable] or below
    return Decision(chosen, waiting)


def with_chosen(config: Config, chosen: Mapping[str, list[str]]) -> Config:
    """Leave in the studies, of all that could stand on a rung, those that do."""
    candidates = {
        name: one.group
        for one in rungs(config)
        for name in one.above.values()
        if one.group in chosen
    }
    studies = {}
    for name, study in config["studies"].items():
        held: dict[str, None] = {}
        for experiment in study["experiments"]:
            group = candidates.get(experiment)
            held |= dict.fromkeys(chosen[group] if group else [experiment])
        studies[name] = {**study, "experiments": list(held)}
    return {**config, "studies": studies}
