"""What a rebuild holds: its studies, their experiments and runs."""

from itertools import chain, combinations
from typing import Any

from denoising import methods
from denoising.config.read import Config
from denoising.config.sweeps import groups


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
    pairs = study.get("pairs", "all")
    if pairs != "all":
        return [(first, other) for other in others if pairs == "first"]
    return list(combinations(study["experiments"], 2))


def variant_experiments(config: Config) -> dict[str, dict[str, str]]:
    """Return each variant's experiments: the changed one → the one that it is made from."""
    return {
        name: {f"{base}-{name}": base for base in variant["of"]}
        for name, variant in config.get("variants", {}).items()
    }


def made_by(config: Config) -> dict[str, tuple[str, str]]:
    """Return what makes each experiment that is not stated itself: a variant or a sweep."""
    makers = {
        name: ("variants", variant)
        for variant, pairs in variant_experiments(config).items()
        for name in pairs
    }
    for sweep, about in config.get("sweeps", {}).items():
        made = chain.from_iterable(groups(sweep, about).values())
        makers |= dict.fromkeys(made, ("sweeps", sweep))
    return makers


def enabled_experiments(config: Config) -> list[str]:
    """Return the experiments of enabled studies, in the order of mention, and of variants.

    If only some studies are asked for, theirs alone.
    """
    studied = (study["experiments"] for study in enabled_studies(config).values())
    variants = {} if config.get("only_studies") else variant_experiments(config)
    return list(dict.fromkeys(chain(*studied, *variants.values())))


def unstudied(config: Config) -> list[str]:
    """Return the experiments of no study, variant or sweep, switched off or not.

    Those whose model another experiment takes are not among them.
    """
    studied = (study["experiments"] for study in config["studies"].values())
    repeated = (sweep["of"] for sweep in config.get("sweeps", {}).values())
    stated = (own["method"] for own in config["experiments"].values() if "method" in own)
    borrowed = (methods.source(methods.stated(method)) for method in stated)
    named = {*chain(*studied), *made_by(config), *repeated, *borrowed}
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


def portrayed(config: Config) -> set[tuple[str, int]]:
    """Return the runs of which a study shows what they learned: each experiment's first."""
    return {
        (name, seeds_of(config, name)[0])
        for study in enabled_studies(config).values()
        if study.get("portraits")
        for name in study["experiments"]
    }
