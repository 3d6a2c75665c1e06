"""What each study holds and takes, before anything is trained."""

from collections.abc import Iterator
from typing import NamedTuple

from denoising.config.read import Config
from denoising.config.resolve import english, resolved_experiment
from denoising.config.studies import seeds_of
from denoising.model.cost import training_seconds


class Study(NamedTuple):
    """A study from nothing.

    Attributes
    ----------
    name, title : str
    runs, trained : int
        Runs that it compares, and trainings that these need.
    seconds : float
        Core seconds of the trainings.
    """

    name: str
    title: str
    runs: int
    trained: int
    seconds: float


def overview(config: Config) -> Iterator[Study]:
    """Tell each study of a checked configuration, switched off or not, by itself."""
    for name, study in config["studies"].items():
        runs = {(one, seed) for one in study["experiments"] for seed in seeds_of(config, one)}
        resolved = {one: resolved_experiment(config, one) for one, _ in runs}
        trained = {
            (resolved[one].get("model", {}).get("experiment", one), seed) for one, seed in runs
        }
        settings = {one: resolved_experiment(config, one) for one, _ in trained}
        costs = [
            training_seconds(settings[one]) for one, _ in trained if "training" in settings[one]
        ]
        yield Study(name, english(study["title"]), len(runs), len(costs), sum(costs))
