"""What a rebuild holds: its studies, their experiments and runs."""

from itertools import chain, combinations
from typing import Any

from denoising.config.read import Config


def enabled_studies(config: Config) -> dict[str, Any]:
    """Return the studies that a rebuild holds, in their order."""
    only = config.get("only_studies")
    return {
        name: study
        for name, study in config["studies"].items()
        if (name in only if only else study.get("enabled", True))
    }


def compared_pairs(study: Config) -> list[tuple[str, str]]:
    """Return the pairs of experiments that a study compares."""
    first, *others = study["experiments"]
    if study.get("pairs", "all") == "first":
        return [(first, other) for other in others]
    return list(combinations(study["experiments"], 2))


def variant_experiments(config: Config) -> dict[str, dict[str, str]]:
    """Return each variant's experiments: the changed one → the one that it is made from."""
    return {
        name: {f"{base}-{name}": base for base in variant["of"]}
        for name, variant in config.get("variants", {}).items()
    }


def enabled_experiments(config: Config) -> list[str]:
    """Return the experiments of enabled studies, in the order of mention, and of variants.

    If only some studies are asked for, theirs alone.
    """
    studied = (study["experiments"] for study in enabled_studies(config).values())
    variants = {} if config.get("only_studies") else variant_experiments(config)
    return list(dict.fromkeys(chain(*studied, *variants.values())))


def unstudied(config: Config) -> list[str]:
    """Return the experiments that no variant makes and no study names, switched off or not."""
    studied = (study["experiments"] for study in config["studies"].values())
    named = set(chain(*studied, *variant_experiments(config).values()))
    return [name for name in config["experiments"] if name not in named]


def reported(config: Config, experiment: str) -> float | None:
    """Return the number that the write-up reports for an experiment or for what it stands for."""
    experiments = config["experiments"]
    about = experiments[experiment]
    return experiments[about.get("alternative_to", experiment)].get("reported")


def alternatives(config: Config) -> dict[str, list[str]]:
    """Return the enabled experiments that stand for one of the write-up, itself first."""
    enabled = enabled_experiments(config)
    found: dict[str, list[str]] = {}
    for name in enabled:
        base = config["experiments"][name].get("alternative_to")
        if base in enabled:
            found.setdefault(base, [base]).append(name)
    return found


def seeds_of(config: Config, experiment: str) -> list[int]:
    """Return the seeds that an experiment is trained with."""
    return config["experiments"][experiment].get("seeds", config["seeds"])


def enabled_runs(config: Config) -> list[tuple[str, int]]:
    """Return the (experiment, seed) pairs of a rebuild."""
    return [(e, seed) for e in enabled_experiments(config) for seed in seeds_of(config, e)]
