"""Independent streams of random numbers, each fixed by the seed and its name alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np

# The position in this list is part of the stream: append, never reorder.
STREAMS = (
    "train noise", "test noise", "weights", "order", "validation noise", "fresh noise", "shifts",
)  # fmt: skip


def stream(seed: int, name: str, *keys: int) -> np.random.SeedSequence:
    """Return the source of one stream, for instance of epoch 3's order: ``stream(0, "order", 3)``.

    Streams do not disturb each other: what one draws leaves all others as they are
    (`numpy.random.SeedSequence` with a spawn key of its own for each).
    """
    return np.random.SeedSequence(seed, spawn_key=(STREAMS.index(name), *keys))


def generator(seed: int, name: str, *keys: int) -> np.random.Generator:
    """Return a generator on a stream."""
    return np.random.default_rng(stream(seed, name, *keys))


def integer(seed: int, name: str) -> int:
    """Return a 32-bit seed for libraries that take a number."""
    return int(stream(seed, name).generate_state(1)[0])


def seed_of(run: Mapping[str, Any], source: str) -> int:
    """Return the seed of one source of chance: the run's own, or the one that it is fixed to.

    Parameters
    ----------
    run : mapping
        The resolved configuration with its ``seed``, and perhaps ``fixed_seeds``.
    source : str
        ``noise``, ``weights`` or ``order``.
    """
    return run.get("fixed_seeds", {}).get(source, run["seed"])
