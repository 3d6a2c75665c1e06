"""The plan of a rebuild: what tables, figures and page need to know beyond the runs themselves.

It is a document of *facets*. A job gets a file with just those that it reads, so that it is run
again when these change and not otherwise; and no command line grows with the number of runs.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from denoising.config import studies
from denoising.config.figures import figures, tested_on
from denoising.config.read import Config, Text
from denoising.config.resolve import data_slug, resolved_experiment
from denoising.config.settings import SOURCES, keys
from denoising.config.sweeps import members
from denoising.config.titles import distinct, drawn_titles
from denoising.config.transfers import transfers
from denoising.data.noises import NOISES
from denoising.measures.metrics import MEASURES
from denoising.methods import METHODS
from denoising.registry import Registry

Plan = dict[str, Any]
INTERVENED = "intervened"  # the method
DIGITS = 12  # of a digest in a file's name


def plan(
    config: Config,
    runs: Sequence[tuple[str, int]],
    claims: Config,
    sections: Mapping[str, Any],
    criteria: Config | None = None,
) -> Plan:
    """Make the plan of a configuration.

    Parameters
    ----------
    config : dict
        Checked and with its variants.
    runs : sequence of (experiment, seed)
        Those whose results are shown.
    claims : dict
        The content of ``config/claims.yaml``.
    sections : mapping
        Of the page, by name (`denoising.report.section.Section`).
    criteria : dict, optional
        The content of ``config/criteria.yaml``.

    Returns
    -------
    dict
        Facet → its content: ``languages``, ``preview``, ``runs``, ``experiments`` (name → title,
        reported, alternative_to, sweep, settings), ``expected`` (name → number of seeds),
        ``writeup`` (name → reported number), ``titles`` (as figures write them), ``reported`` (also
        of what stands for one of the write-up), ``lenders`` (titles of what lends its
        model and is in no study), ``studies``, ``members`` (study of one condition → experiments),
        ``pairs`` (study → compared pairs, of one condition each), ``limits`` (study →
        experiments and error_limit), ``goals`` (study → experiments and goals), ``slices`` (data
        slices with a limit → data set),
        ``alternatives``, ``variants`` (name → title, pairs: changed → base), ``twins`` (experiment
        → its repaired twin), ``datasets``, ``sweeps`` (study → sweep that draws at random → title,
        and members: experiment → dotted key → value), ``searches`` (study → sweep of several keys →
        its members), ``transfers`` (study → members: experiment →
        method, trained, tested; see `transfers`), ``figures`` (number, section, name, study,
        experiments), ``claims``, ``criteria`` (experiment → what was predicted of its runs) and
        ``criteria_date``; ``sources`` (study → experiment → the seeds that its sources of chance
        are fixed to); what the page calls the ``noises``, ``methods`` and ``measures``.
    """
    names = studies.enabled_experiments(config)
    enabled = studies.enabled_studies(config)
    about = config["experiments"]
    changed = {
        variant: {twin: base for twin, base in pairs.items() if {twin, base} <= set(names)}
        for variant, pairs in studies.variant_experiments(config).items()
    }
    makers = studies.made_by(config)
    titles = distinct({name: about[name].get("title", name) for name in names})
    resolved = {name: resolved_experiment(config, name) for name in names}
    found = {
        "languages": config.get("report", {}).get("languages", ["en", "zh"]),
        "preview": config.get("preview", False),
        "runs": [list(run) for run in runs],
        "experiments": {
            name: {
                "title": titles[name],
                "reported": studies.reported(config, name),
                "alternative_to": about[name].get("alternative_to"),
                "seeds": studies.seeds_of(config, name),
                "sweep": _sweep_title(config, makers.get(name)),
                "settings": resolved[name],
            }
            for name in names
        },
        "expected": {name: len(studies.seeds_of(config, name)) for name in names},
        "writeup": {name: about[name]["reported"] for name in names if "reported" in about[name]},
        "titles": drawn_titles(titles),
        "lenders": {
            lent: about[lent].get("title", lent)
            for own in resolved.values()
            if (lent := own["method"].get("experiment")) and lent not in names
        },
        "reported": {name: studies.reported(config, name) for name in names},
        "studies": enabled,
        "members": {
            name: study["experiments"]
            for name, study in enabled.items()
            if all(_alike(study["experiments"][0], one, resolved) for one in study["experiments"])
        },
        "pairs": {
            name: [pair for pair in studies.compared_pairs(study) if _alike(*pair, resolved)]
            for name, study in enabled.items()
        },
        "limits": {
            name: {key: study[key] for key in ("experiments", "error_limit")}
            for name, study in enabled.items()
            if "error_limit" in study
        },
        "goals": {
            name: {key: study[key] for key in ("experiments", "goals")}
            for name, study in enabled.items()
            if "goals" in study
        },
        "slices": {
            data_slug(resolved[name]["data"]): resolved[name]["data"]["dataset"]
            for study in enabled.values()
            if "error_limit" in study
            for name in study["experiments"]
        },
        "alternatives": studies.alternatives(config),
        "variants": {
            name: {"title": variant.get("title", name), "pairs": changed[name]}
            for name, variant in config.get("variants", {}).items()
        },
        "twins": {base: twin for twin, base in changed.get(claims.get("twins", ""), {}).items()},
        "datasets": {
            name: {key: config["datasets"][name][key] for key in ("shape", "train", "test")}
            for name in sorted({own["data"]["dataset"] for own in resolved.values()})
        },
        "sweeps": _sweeps(config, enabled),
        "searches": _searches(config, enabled),
        "transfers": transfers(enabled, resolved),
        "interventions": {
            name: {
                key: own["method"][key] for key in ("experiment", "change", "positions", "epochs")
            }
            for name, own in resolved.items()
            if own["method"]["name"] == INTERVENED
        },
        "claims": claims,
        "criteria": {
            name: one
            for name, one in (criteria or {}).get("experiments", {}).items()
            if name in names
        },
        "criteria_date": str((criteria or {}).get("date", "")),
        "sources": _sources(enabled, resolved),
        "noises": _entries(NOISES, {own["noise"]["kind"] for own in resolved.values()}),
        "methods": _entries(METHODS, {own["method"]["name"] for own in resolved.values()}),
        "measures": {
            name: {key: getattr(one, key) for key in ("head", "digits", "better", "tables")}
            for name, one in MEASURES.found.items()
        },
    }
    finished = list(dict.fromkeys(experiment for experiment, _ in runs))
    drawn = figures(config, resolved, finished, sections, found)
    return {**found, "figures": [one._asdict() for one in drawn]}


def _sweep_title(config: Config, maker: tuple[str, str] | None) -> Text | None:
    """Return the title of what a sweep repeats; None of an experiment of no sweep."""
    if maker is None or maker[0] != "sweeps":
        return None
    repeated = config["sweeps"][maker[1]]["of"]
    return config["experiments"][repeated].get("title", repeated)


def _sweeps(config: Config, enabled: Mapping[str, Config]) -> dict[str, Any]:
    """Return the sweeps of each study that draw at random, with what they draw."""
    found: dict[str, Any] = {}
    for name, sweep in config.get("sweeps", {}).items():
        points = members(name, sweep)
        title = _sweep_title(config, ("sweeps", name))
        for study, about in enabled.items():
            if "samples" in sweep and set(points) <= set(about["experiments"]):
                found.setdefault(study, {})[name] = {"title": title, "members": points}
    return found


def _searches(config: Config, enabled: Mapping[str, Config]) -> dict[str, dict[str, Any]]:
    """Return the sweeps of several keys that a study holds, unless it draws just these keys."""
    found: dict[str, dict[str, Any]] = {}
    for name, sweep in config.get("sweeps", {}).items():
        points = members(name, sweep)
        for study, about in enabled.items():
            shown = {*keys(about.get("against", [])), about.get("lines")}
            whole = set(points) <= set(about["experiments"])
            if whole and len(sweep["over"]) > 1 and not set(sweep["over"]) <= shown:
                found.setdefault(study, {})[name] = points
    return found


def _sources(
    enabled: Mapping[str, Config], resolved: Mapping[str, Config]
) -> dict[str, dict[str, Any]]:
    """Return the studies that vary sources of chance apart: experiment → what fixes them.

    Of noise, weights and order that is a seed; of the training images, how many are skipped.
    """
    found = {}
    for name, study in enabled.items():
        fixed = {
            one: {
                **resolved[one].get("fixed_seeds", {}),
                "images": resolved[one]["data"].get("skip", 0),
            }
            for one in study["experiments"]
        }
        varied = [{own.get(source) for own in fixed.values()} for source in SOURCES]
        if sum(len(values) > 1 for values in varied) > 1:
            found[name] = fixed
    return found


def _alike(a: str, b: str, settings: Mapping[str, Config]) -> bool:
    """Tell whether two experiments are tested under one condition: the same images and noise."""
    return tested_on(settings[a]) == tested_on(settings[b])


def _entries(registry: Registry, names: Collection[str]) -> dict[str, Any]:
    """Return what the page calls these entries."""
    found = {name: registry.entries[name] for name in sorted(names)}
    return {n: {"title": one.title, "description": one.description} for n, one in found.items()}


class PlanFiles:
    """Where jobs read their part of the plan: files that are named by their content.

    Two rebuilds in one folder (the study, and the report of what is finished so far) thereby
    never read each other's.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: Any) -> str:
        """Write a JSON file unless it stands there; return its path."""
        text = json.dumps(content, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
        path = self.folder / f"{name}-{digest}.json"
        if not path.exists():
            self._write(path, text)
        return str(path)

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)

    def path(self, name: str) -> str:
        """Return the path of a file that is not named by its content."""
        return str(self.folder / f"{name}.json")

    def replace(self, name: str, content: Any) -> None:
        """Write such a file, unless it holds just this."""
        path, text = Path(self.path(name)), json.dumps(content, ensure_ascii=False)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            self._write(path, text)

    def facets(self, name: str, document: Mapping[str, Any], wanted: Sequence[str]) -> str:
        """Write the facets that a job reads; return the path."""
        return self.put(name, {facet: document[facet] for facet in wanted})
