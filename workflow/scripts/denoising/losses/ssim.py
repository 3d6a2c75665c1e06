"""Structural similarity as a loss."""

from typing import Any

from denoising.losses import loss


@loss(
    "ssim",
    title={"en": "SSIM", "zh": "SSIM"},
    formula={"en": "1 − SSIM(x, x̂), Gaussian window", "zh": "1 − SSIM(x, x̂)，高斯窗口"},
)
def ssim(clean: Any, decoded: Any) -> Any:
    """Take the similarity (Wang et al. 2004) from 1; its window of 11 pixels fits into the image.

    The mean over the windows, with their standard deviation of 1.5 pixels; pixels are in [0, 1].
    """
    import tensorflow as tf

    side = min(11, *clean.shape[1:3])
    return 1 - tf.image.ssim(clean, decoded, max_val=1.0, filter_size=side)
