"""Salt-and-pepper noise: single pixels that are all white or all black."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "salt-and-pepper",
    title={"en": "salt-and-pepper noise", "zh": "椒盐噪声"},
    formula={
        "en": "a share `amount` of the pixels becomes 1 (with the probability `salt`) or 0",
        "zh": "比例为 amount 的像素变为 1（概率为 salt）或 0",
    },
)
def salt_and_pepper(
    clean: np.ndarray,
    generator: np.random.Generator,
    amount: Annotated[
        float, about("Probability that a pixel is replaced.", minimum=0, maximum=1)
    ] = 0.2,
    salt: Annotated[
        float, about("Share of white among the replaced pixels.", minimum=0, maximum=1)
    ] = 0.5,
) -> np.ndarray:
    """Replace pixels by white or black; of a colour image, all channels of a pixel."""
    drawn = generator.random((*clean.shape[:-1], 1), dtype=np.float32)
    # One number decides both: below amount · salt it is salt, below amount pepper.
    noisy = np.where(drawn < np.float32(amount * salt), np.float32(1), clean)
    pepper = (drawn >= np.float32(amount * salt)) & (drawn < np.float32(amount))
    return np.where(pepper, np.float32(0), noisy)
