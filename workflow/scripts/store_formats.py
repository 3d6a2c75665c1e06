"""Store the clean test images in common formats: sizes and errors to compare codes with."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.measures.codes import PIXEL_BITS, format_reference, from_sheet, image_errors, sheet
from denoising.measures.metrics import FIRST, relative_error

# Quality of the lossy formats, 0 to 100; PNG is lossless.
FORMATS = (("PNG", None), ("JPEG", 5), ("JPEG", 25), ("JPEG", 50), ("WebP", 0), ("WebP", 25))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    clean = np.load(arguments.clean / "test.npy")
    pixels = clean[0].size
    rows = []
    for kind, quality in FORMATS:
        for files in ("each", "sheet"):
            images = clean if files == "each" else sheet(clean)
            size, decoded = format_reference(images, kind, quality)
            if files == "sheet":
                size, decoded = size / len(clean), from_sheet(decoded, clean.shape)
            rows.append(
                {
                    "format": kind,
                    "quality": quality,
                    "files": files,
                    "bytes": size,
                    "bits_ratio": 8 * size / (pixels * PIXEL_BITS),
                    **image_errors(relative_error(clean, decoded), FIRST),
                }
            )
    table = pd.DataFrame(rows).astype({"quality": "Int64"})
    table.to_csv(arguments.output, index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
