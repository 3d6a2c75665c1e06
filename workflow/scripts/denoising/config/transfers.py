"""Models that are tried on other images or other noise than they were trained on."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from denoising import methods
from denoising.config.read import Config

SAME = "same"  # in place of a condition: each time that which it is tried on
MOST = 8  # conditions that a study's models are tried on, for a matrix of them


def transfers(studies: Mapping[str, Config], settings: Mapping[str, Config]) -> dict[str, Any]:
    """Arrange the experiments of such studies as a matrix.

    Parameters
    ----------
    studies : mapping
        Name → ``experiments`` and more.
    settings : mapping
        Experiment → its resolved settings.

    Returns
    -------
    dict
        Study → ``members``: experiment → ``method`` (name), ``trained`` (the condition, or `SAME`
        for all that were trained on one only and tried on it) and ``tested`` (the condition). A
        condition is a text: the data set, the noise as JSON, or both, whichever differ.
    """
    found = {}
    for name, study in studies.items():
        members = _members(study["experiments"], settings)
        tested = {one["tested"] for one in members.values()}
        if any(one["trained"] not in (SAME, one["tested"]) for one in members.values()) and (
            len(tested) <= MOST
        ):
            found[name] = {"members": members}
    return found


def _members(
    experiments: Sequence[str], settings: Mapping[str, Config]
) -> dict[str, dict[str, str]]:
    pairs = {
        name: (settings[name].get("model", settings[name]), settings[name]) for name in experiments
    }
    conditions = {
        name: tuple(
            (own["data"]["dataset"], json.dumps(own["noise"], sort_keys=True)) for own in both
        )
        for name, both in pairs.items()
    }
    all_of_them = {one for both in conditions.values() for one in both}
    differs = [len({one[part] for one in all_of_them}) > 1 for part in (0, 1)]

    def said(condition: tuple[str, str]) -> str:
        return "\n".join(text for text, one in zip(condition, differs, strict=True) if one)

    tried = defaultdict(set)
    for name, (trained, tested) in conditions.items():
        tried[_method(settings[name]), trained].add(tested)
    return {
        name: {
            "method": _method(settings[name]),
            "trained": (
                SAME if tried[_method(settings[name]), trained] == {trained} else said(trained)
            ),
            "tested": said(tested),
        }
        for name, (trained, tested) in conditions.items()
    }


def _method(settings: Config) -> str:
    """Name what was trained: a borrowed model is an autoencoder, too."""
    return methods.DEFAULT if "model" in settings else settings["method"]["name"]
