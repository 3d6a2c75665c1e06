"""What is said of a target that no rule makes."""

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from denoising.config.load import load
from denoising.config.read import ConfigError
from denoising.config.schema import nearest

MISSING = re.compile(r"No rule to produce (.+?) \(if you use")
REFUSED = re.compile(r"InputFunctionException.*\n\s+WorkflowError:\n\s+(.+)\nWildcards:", re.DOTALL)


def plainer(message: str, wanted: Iterable[str], results: str, base: Path) -> str:
    """Put what Snakemake says of a wrong target into one line.

    Parameters
    ----------
    message : str
        What it says; anything else is returned as it is.
    wanted : iterable of str
        Files that can be asked for, and rules.
    results : str
        The folder of these files.
    base : Path
        ``config.yaml``; the presets stand beside it.
    """
    if found := MISSING.search(message):
        return f"error: {missing(found[1], list(wanted), results, base)}"
    if found := REFUSED.search(message):
        return f"error: {found[1]}"
    return message


def missing(target: str, wanted: list[str], results: str, base: Path) -> str:
    """Say what is near a target that no rule makes, or which preset it needs."""
    for preset, folder in _presets(base):
        if target.startswith(f"{folder}/") and folder not in (results, "results"):
            return f"{target} is one of {preset}: write `--configfile {preset}` behind it"
    if near := difflib.get_close_matches(target, wanted, n=1, cutoff=0.75):
        return f"there is no target '{target}', did you mean '{near[0]}'?"
    by_stem = {Path(one).stem: one for one in reversed(wanted)}  # of one stem the first
    near = difflib.get_close_matches(Path(target).stem, by_stem, n=1, cutoff=0.6)
    question = f", did you mean '{by_stem[near[0]]}'?" if near else ""
    return (
        f"there is no target '{target}'{question or '; `snakemake --list-rules` names the rules'}"
    )


def unknown_experiment(name: str, known: Iterable[str], base: Path) -> str:
    """Say what is near an experiment that is not there, or which preset has it."""
    for preset, _ in _presets(base):
        if name in load([base, Path(preset)])["experiments"]:
            return (
                f"experiment '{name}' is one of {preset}: write `--configfile {preset}` behind it"
            )
    return f"there is no experiment '{name}'{nearest(name, list(known))}"


def _presets(base: Path) -> Iterator[tuple[str, str]]:
    """Each sound preset beside the configuration, and the folder of its results."""
    for path in sorted(base.parent.glob("*.yaml")):
        if path != base:
            try:
                yield str(path), load([base, path])["results"]
            except ConfigError:
                continue
