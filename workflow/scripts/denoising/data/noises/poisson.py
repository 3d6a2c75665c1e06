"""Poisson noise: what counting few photons does to an image."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "poisson",
    title={"en": "Poisson (shot) noise", "zh": "泊松（散粒）噪声"},
    formula={
        "en": "Poisson(peak · x) / peak, clipped to [0, 1]",
        "zh": "Poisson(peak · x) / peak，截断到 [0, 1]",
    },
)
def poisson(
    clean: np.ndarray,
    generator: np.random.Generator,
    peak: Annotated[
        float,
        about(
            "Mean count of a white pixel; the smaller, the noisier.",
            exclusiveMinimum=0,
            maximum=1_000_000,
        ),
    ] = 4.0,
) -> np.ndarray:
    """Draw each pixel's count around its brightness and clip (shot noise)."""
    counts = generator.poisson(clean.astype(np.float64) * peak)
    return np.clip(counts / peak, 0, 1).astype(np.float32)
