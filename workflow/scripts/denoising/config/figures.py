"""The figures of a rebuild: their numbers, what they draw, and of which experiments."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from denoising.config import studies
from denoising.config.read import Config
from denoising.model.shapes import has_bottleneck, has_lattice

LATTICE_FIGURES = ("law", "counts", "epochs", "dots", "gallery")
OF_ALL = ("law", "counts")  # the others draw the write-up's experiments
IMAGE_FIGURES = ("spread", "digits", "extremes")
OF_STUDIES = {"budgets": "sweeps", "transfer": "transfers"}  # figures of a facet
MOST_BESIDE = 8  # experiments that are drawn beside each other
# How an experiment is drawn where it is first mentioned.
KINDS = {"together": ("experiment",), "separate": ("loss", "error", "images"), "none": ()}


class Drawn(NamedTuple):
    """One figure.

    Attributes
    ----------
    number : str
        Such as 2.1.3: first the chapter of its section.
    section : str
        Of the page.
    name : str
        The declaration that draws it (`denoising.declare.Figure`).
    study : str or None
    experiments : tuple of str
    """

    number: str
    section: str
    name: str
    study: str | None
    experiments: tuple[str, ...]


def figures(
    config: Config,
    settings: Mapping[str, Config],
    finished: Sequence[str],
    sections: Mapping[str, Any],
    facets: Mapping[str, Any],
) -> list[Drawn]:
    """List the figures.

    Parameters
    ----------
    config : dict
        Checked and with its variants.
    settings : mapping
        Enabled experiment → its resolved configuration.
    finished : sequence of str
        The experiments that have runs, in the order of the report.
    sections : mapping
        Those of the page, by name: their ``chapter`` numbers their figures, and ``figures`` are
        those that they bring themselves, of all experiments.
    facets : mapping
        Of the plan: what a study has that is drawn, too (`OF_STUDIES`).
    """
    trained = [name for name in finished if "architecture" in settings[name]]
    strided = [name for name in trained if has_lattice(settings[name]["architecture"])]
    reported = [name for name in finished if "reported" in config["experiments"][name]]
    chosen = reported or list(finished[:1])
    told = [name for name in chosen if name in strided] or strided[:1]
    drawn: dict[str, list[tuple[str, Sequence[str]]]] = {
        "background": [("architecture", trained[:1])],
        "lattice": [(name, strided if name in OF_ALL else told) for name in LATTICE_FIGURES],
        "images": [(name, chosen) for name in IMAGE_FIGURES],
        "compression": [("compression", own) for own in _compressed(config, settings).values()],
    }
    found = []
    for section, about in sections.items():
        if section == "studies":
            found += _of_studies(config, settings, about.chapter, facets)
        own = [*drawn.get(section, ()), *((figure.name, finished) for figure in about.figures)]
        found += [
            Drawn(f"{about.chapter}.{n}", section, name, None, tuple(experiments))
            for n, (name, experiments) in enumerate(own, start=1)
            if experiments
        ]
    return found


def _of_studies(
    config: Config, settings: Mapping[str, Config], chapter: int, facets: Mapping[str, Any]
) -> list[Drawn]:
    """Number the figures of the enabled studies: the n-th study's are 2.n.1, 2.n.2 and so on.

    An experiment is drawn where it is first mentioned; a study is closed by a figure that compares
    its experiments, one for each group of several, but not too many, that are tested on the same
    images with the same noise. Of a study that draws the error against something, over several
    such groups, that drawing alone closes it.
    """
    seen: set[str] = set()
    listed = []
    for position, (name, study) in enumerate(studies.enabled_studies(config).items(), start=1):
        kinds = KINDS[study.get("panels", "together")]
        parts = [
            (kind, (experiment,))
            for experiment in study["experiments"]
            if experiment not in seen
            for kind in kinds
            if kind != "loss" or "training" in settings[experiment]
        ]
        groups: dict[str, list[str]] = {}
        for experiment in study["experiments"]:
            groups.setdefault(tested_on(settings[experiment]), []).append(experiment)
        beside = [tuple(own) for own in groups.values() if 1 < len(own) <= MOST_BESIDE]
        if "against" not in study:
            parts += [("study", own) for own in beside]
        else:  # which shows them all; of conditions that are many it is the only one that can
            parts += [("study", own) for own in beside if len(groups) == 1]
            parts.append(("response", tuple(study["experiments"])))
        parts += [
            (kind, tuple(study["experiments"]))
            for kind, facet in OF_STUDIES.items()
            if name in facets[facet]
        ]
        parts += [("search", tuple(own)) for own in facets["searches"].get(name, {}).values()]
        if study.get("portraits"):
            parts += [pair for one in study["experiments"] for pair in _portraits(one, settings)]
        seen.update(study["experiments"])
        listed += [
            Drawn(f"{chapter}.{position}.{n}", "studies", kind, name, experiments)
            for n, (kind, experiments) in enumerate(parts, start=1)
        ]
    return listed


def tested_on(settings: Mapping[str, Any]) -> str:
    """Say what an experiment is tested on, the images and their noise: only alike are compared."""
    data = settings["data"]
    return json.dumps([data["dataset"], data["test"], settings["noise"]], sort_keys=True)


def has_code(settings: Mapping[str, Any]) -> bool:
    """Tell whether a method has a code that all passes through."""
    return "architecture" in settings and has_bottleneck(settings["architecture"])


def _portraits(
    experiment: str, settings: Mapping[str, Config]
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the figures of what an experiment learned, if it is trained."""
    architecture = settings[experiment].get("architecture")
    if not architecture:
        return []
    coded = [("codes", (experiment,))] if has_bottleneck(architecture) else []
    return [("layers", (experiment,)), *coded]


def _compressed(config: Config, settings: Mapping[str, Config]) -> dict[str, list[str]]:
    """List the experiments of studies that have a limit of the error, by their data set."""
    found: dict[str, list[str]] = {}
    for study in studies.enabled_studies(config).values():
        for name in study["experiments"] if "error_limit" in study else ():
            if has_code(settings[name]):
                group = found.setdefault(settings[name]["data"]["dataset"], [])
                group += [name] if name not in group else []
    return found
