"""Total variation: the image nearest to the noisy one whose pixels differ little in sum."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "total-variation",
    title={"en": "Total variation", "zh": "全变分"},
    description={
        "en": "argmin of ‖u − y‖² / 2 + weight · TV(u) (Rudin, Osher, Fatemi 1992; Chambolle 2004)",
        "zh": "‖u − y‖² / 2 + weight · TV(u) 的极小点（Rudin、Osher、Fatemi 1992；Chambolle 2004）",
    },
)
def total_variation(
    noisy: np.ndarray,
    weight: Annotated[
        float, about("How much the variation counts; the larger, the smoother.", exclusiveMinimum=0)
    ] = 0.5,
) -> np.ndarray:
    """Minimise for each image."""
    from skimage.restoration import denoise_tv_chambolle

    return np.array([denoise_tv_chambolle(image, weight, channel_axis=-1) for image in noisy])
