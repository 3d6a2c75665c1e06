"""Which files of the library decide the bits of a run: an edit of one of them retrains."""

from collections.abc import Mapping
from typing import Any

DECIDES_BITS = (
    "model/build.py",
    "model/fast.py",
    "seeds.py",
    "training/fit.py",
    "training/runtime.py",
)
# What draws the noise decides the bits of a training that draws it anew each epoch; elsewhere the
# noisy images are data.
FRESH_NOISE = ("data/noise.py",)
# Packages whose version decides bits.
PACKAGES = ("tensorflow", "keras", "numpy")


def deciding_files(run: Mapping[str, Any]) -> tuple[str, ...]:
    """List the files that decide a resolved experiment's bits, relative to the library."""
    return DECIDES_BITS + (FRESH_NOISE if run["training"]["fresh_noise"] else ())
