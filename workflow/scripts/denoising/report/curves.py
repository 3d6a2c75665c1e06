"""Curves and bars of the page's charts: paths in a square of 100 × 100 that the page stretches."""

from collections.abc import Sequence

import numpy as np

SIDE = 100  # of the square; y points down
GAP = 0.25  # between bars, of the width of one


def line(values: Sequence[float], top: float) -> str:
    """Return a line through values at equal steps, from 0 (below) to `top`; it breaks at NaN."""
    places = np.linspace(0, SIDE, max(len(values), 2))
    found, pen = [], "M"
    for x, value in zip(places, values, strict=False):
        if not np.isfinite(value):
            pen = "M"
            continue
        found.append(f"{pen}{x:.4g} {height(value, top):.4g}")
        pen = "L"
    return "".join(found)


def bars(values: Sequence[float], top: float) -> str:
    """Return bars from 0 to each value; none where it is NaN."""
    width = SIDE / max(len(values), 1)
    return "".join(
        f"M{n * width + GAP * width / 2:.4g} {SIDE}V{height(value, top):.4g}"
        f"h{width * (1 - GAP):.4g}V{SIDE}z"
        for n, value in enumerate(values)
        if np.isfinite(value)
    )


def height(value: float, top: float) -> float:
    """Return the y of a value; what is beyond the square ends at its edge."""
    return SIDE - SIDE * min(max(value / top, 0), 1) if top > 0 else SIDE
