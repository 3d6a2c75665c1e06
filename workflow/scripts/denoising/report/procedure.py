"""What the runs did, from their own settings: what most have in common, and who differs in what."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from denoising.report import writeup

PARTS = ("data", "noise", "method", "optimizer", "loss", "training", "fixed_seeds")
CHECKSUMS = "data.files."  # follow from the data set
OUTPUT = ("activation", "use_bias", "kernel_initializer")  # of the last layer: what variants change


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return an experiment's settings by dotted key, as a person writes them."""
    found = {
        key: value
        for part in PARTS
        for key, value in _leaves(part, settings.get(part))
        if not key.startswith(CHECKSUMS)
    }
    architecture = settings.get("architecture")
    if architecture:
        found["architecture"] = architecture["name"]
        last = architecture["decoder"][-1]
        found |= {f"output.{key}": last[key] for key in OUTPUT if key in last}
    return found


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, one in value.items():
            yield from _leaves(f"{key}.{name}", one)
    elif value is not None or "." in key:
        yield key, value


def most_common(values: list[Any]) -> Any:
    """Return the value that most have; of as frequent ones the first."""
    texts = [json.dumps(value, sort_keys=True) for value in values]
    return json.loads(Counter(texts).most_common(1)[0][0])


def differences(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Compare experiments key by key with what most of them have.

    Parameters
    ----------
    settings : mapping
        Experiment → its resolved settings.

    Returns
    -------
    dict
        Experiment → the keys in which it differs → its values; only of those that differ.
    """
    by_name = {name: flat(own) for name, own in settings.items()}
    keys = dict.fromkeys(key for own in by_name.values() for key in own)
    values = {key: [own[key] for own in by_name.values() if key in own] for key in keys}
    # what only few have at all is a difference wherever it is
    common = {k: most_common(own) for k, own in values.items() if 2 * len(own) >= len(by_name)}
    found = {
        name: {k: value for k, value in own.items() if k not in common or value != common[k]}
        for name, own in by_name.items()
    }
    return {name: own for name, own in found.items() if own}


def changed_procedure(
    settings: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, list[str]]]:
    """Compare the write-up's experiments with what its appendix says.

    Returns
    -------
    dict
        Key → each other value that it has here, as it is written → the experiments that have it.
        ``layers`` has the name of the architecture.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for name, own in settings.items():
        here = writeup.described(own)
        for key, stated in writeup.stated(name).items():
            if key in here and here[key] != stated:
                value = own["architecture"]["name"] if key == "layers" else written(here[key])
                found.setdefault(key, {}).setdefault(value, []).append(name)
    return found


def grouped(names: list[str], by: Callable[[str], Hashable]) -> dict[Any, list[str]]:
    """Group experiments by what they have in common, the largest group first."""
    groups: dict[Any, list[str]] = {}
    for name in names:
        groups.setdefault(by(name), []).append(name)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def written(value: Any) -> str:
    """Write a setting as it stands in YAML."""
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
