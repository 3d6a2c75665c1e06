"""Non-local means: each pixel becomes a mean of those whose surroundings look alike."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "non-local-means",
    title={"en": "Non-local means", "zh": "非局部均值"},
    description={
        "en": "a mean over the pixels with patches like its own (Buades 2005)",
        "zh": "对周围图块与自身相似的像素取平均（Buades 2005）",
    },
)
def non_local_means(
    noisy: np.ndarray,
    h: Annotated[
        float, about("How unlike patches may be; the larger, the smoother.", exclusiveMinimum=0)
    ] = 0.4,
    patch: Annotated[int, about("Side of a patch in pixels.", minimum=1)] = 5,
    distance: Annotated[int, about("How far away patches are looked for.", minimum=1)] = 6,
) -> np.ndarray:
    """Denoise each image."""
    from skimage.restoration import denoise_nl_means

    found = [denoise_nl_means(image, patch, distance, h, channel_axis=-1) for image in noisy]
    return np.array(found).reshape(noisy.shape)  # it drops a single channel
