"""Clean pictures of your own with a network that is trained already: no training, no setup."""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from denoising.cleaning.doubts import doubts
from denoising.cleaning.files import target, write
from denoising.data.photographs import depth, read_picture
from denoising.errors import LabError, run_program
from denoising.training.runtime import import_tensorflow

SHIPPED = Path(__file__).resolve().parents[2] / "models" / "photographs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="+", type=Path, help="PNG, JPEG or TIFF, of any size")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of a trained run")
    parser.add_argument("--output", type=Path, default=Path("denoised"), help="default: denoised/")
    parser.add_argument(
        "--sigma", type=float, help="standard deviation of the noise, of 255; default: estimated"
    )
    arguments = parser.parse_args()
    if arguments.sigma is not None and not 0 <= arguments.sigma <= 255:
        raise LabError(f"--sigma: is {arguments.sigma:g}, must be from 0 to 255")

    import_tensorflow()
    from denoising.cleaning.network import Network

    network, failed = Network(arguments.model), 0
    for path in arguments.images:
        try:
            print(cleaned(path, network, arguments.output, arguments.sigma))
        except LabError as error:  # the others are cleaned all the same
            print(f"error: {error}", file=sys.stderr)
            failed += 1
    if failed:
        raise LabError(f"{failed} of {len(arguments.images)} pictures were not cleaned")


def cleaned(path: Path, network: Any, output: Path, sigma: float | None) -> str:
    """Clean a picture, channel by channel, and say what was done."""
    from skimage.restoration import estimate_sigma

    picture, bits = read_picture(path, 3), depth(path)
    if np.ptp(picture, axis=-1).max() == 0:  # grey
        picture = picture[..., :1]
    channels = picture.shape[-1]
    file = target(path, output, deep=bits == 16 and channels == 3)
    if sigma is None:
        levels = [float(estimate_sigma(picture[..., n])) for n in range(channels)]
    else:
        levels = [sigma / 255] * channels
    found = doubts(picture[..., channels // 2], max(levels), network.strongest)
    said = [f"note: {path}: {doubt}" for doubt in found]
    parts = [network.clean(picture[..., n], level) for n, level in enumerate(levels)]
    write(file, np.stack(parts, axis=-1), bits)
    told = "given" if sigma is not None else "estimated"
    done = f"{file}  (noise σ = {255 * max(levels):.0f} of 255, {told})"
    return "\n".join([*said, done])


if __name__ == "__main__":
    run_program(main)
