"""What each study holds and takes, before anything is trained."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from denoising.config.read import Config
from denoising.config.resolve import english, resolved_experiment
from denoising.config.rungs import decide, with_chosen
from denoising.config.studies import seeds_of
from denoising.model.cost import training_seconds


class Study(NamedTuple):
    """A study from nothing.

    Attributes
    ----------
    name, title : str
    runs, trained : int
        Runs that it compares, and trainings that these need, those of a trained network that is
        trained on among them.
    seconds : float
        Core seconds of the trainings.
    """

    name: str
    title: str
    runs: int
    trained: int
    seconds: float


def overview(config: Config) -> Iterator[Study]:
    """Tell each study of a checked configuration, switched off or not, by itself.

    On the rungs of a sweep as many are counted as will stand there; which is not known yet.
    """
    for name in config["studies"]:
        alone = {**config, "only_studies": [name]}
        decision = decide(alone, lambda _: 0.0)
        study = with_chosen(alone, decision)["studies"][name]
        runs = _runs(config, study["experiments"])
        needed = runs | _runs(config, chain(*decision.judged.values()))
        resolved = {one: resolved_experiment(config, one) for one, _ in needed}
        trained = {
            (resolved[one].get("model", {}).get("experiment", one), seed) for one, seed in needed
        }
        settings = {one: resolved_experiment(config, one) for one, _ in trained}
        costs = [
            training_seconds(settings[one]) for one, _ in trained if "training" in settings[one]
        ]
        costs += [
            training_seconds(_trained_on(resolved[one]))
            for one, _ in needed
            if "epochs" in resolved[one].get("method", {})
        ]
        yield Study(name, english(study["title"]), len(runs), len(costs), sum(costs))


def _trained_on(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the training that a method gives another experiment's network."""
    model = settings["model"]
    return {**model, "training": {**model["training"], "epochs": settings["method"]["epochs"]}}


def _runs(config: Config, experiments: Iterable[str]) -> set[tuple[str, int]]:
    return {(one, seed) for one in experiments for seed in seeds_of(config, one)}
