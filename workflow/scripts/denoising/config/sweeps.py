"""Sweeps: an experiment again and again, with other values of some of its keys."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import product
from math import log10
from typing import Any

from denoising.config.read import Config

DIGITS = 3  # of a value that is drawn
TRIES = 10  # draws for each point that is wanted


def points(name: str, sweep: Config) -> list[dict[str, Any]]:
    """List the points of a sweep: dotted key → value.

    With `samples` each is drawn at random from all keys together; without it they are the grid of
    all values, those of a range with `samples` of its own being so many draws. The n-th draw of a
    key depends on nothing but n, the key and the sweep's name: more samples leave those before
    as they were. No point comes twice; lists may have fewer than are asked for.
    """
    over = sweep["over"]
    found: Iterable[dict[str, Any]]
    if "samples" in sweep:
        found = (
            {key: _draw(values, f"{name} {key} {n}") for key, values in over.items()}
            for n in range(TRIES * sweep["samples"])
        )
    else:
        axes = [list(_axis(values, f"{name} {key}")) for key, values in over.items()]
        found = (dict(zip(over, point, strict=True)) for point in product(*axes))
    distinct: dict[str, dict[str, Any]] = {}
    for point in found:
        distinct.setdefault(repr(point), point)
        if len(distinct) == sweep.get("samples"):
            break
    return list(distinct.values())


def _axis(values: Any, stream: str) -> Iterator[Any]:
    if isinstance(values, list):
        yield from values
    else:
        yield from (_draw(values, f"{stream} {n}") for n in range(values["samples"]))


def _draw(values: Any, stream: str) -> Any:
    """Draw one of a list, or a number from a range, with `DIGITS` digits."""
    share = int.from_bytes(sha256(stream.encode()).digest()[:8]) / 2**64
    if isinstance(values, list):
        return values[int(share * len(values))]
    if "log" in values:
        low, high = (log10(end) for end in values["log"])
        return float(f"{10 ** (low + share * (high - low)):.{DIGITS}g}")
    low, high = values["uniform"]
    return float(f"{low + share * (high - low):.{DIGITS}g}")


def nested(point: Mapping[str, Any]) -> Config:
    """Turn dotted keys into the settings of an experiment."""
    settings: Config = {}
    for key, value in point.items():
        *above, last = key.split(".")
        inner = settings
        for part in above:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return settings


def member(name: str, point: Mapping[str, Any]) -> str:
    """Name the experiment of a point: the sweep's name and a digest of the values."""
    text = ";".join(f"{key}={value!r}" for key, value in sorted(point.items()))
    return f"{name}-{sha256(text.encode()).hexdigest()[:6]}"


def members(name: str, sweep: Config) -> dict[str, dict[str, Any]]:
    """Return a sweep's experiments: name → dotted key → value."""
    return {member(name, point): point for point in points(name, sweep)}


def on_rung(name: str, number: int) -> str:
    """Name what stands on a rung: of a sweep, or of one of its experiments; on 0 is itself."""
    return f"{name}-rung-{number}" if number else name


def groups(name: str, sweep: Config) -> dict[str, list[str]]:
    """Return what a study can name, with the experiments: the sweep, then each rung that it has."""
    own = list(members(name, sweep))
    levels = range(len(sweep.get("rungs", ())) + 1)
    return {on_rung(name, n): [on_rung(one, n) for one in own] for n in levels}


def described(point: Mapping[str, Any]) -> str:
    """Say a point in a few words: ``learning_rate 0.001, momentum 0.9``."""
    return ", ".join(f"{key.rsplit('.', 1)[-1]} {value}" for key, value in point.items())
