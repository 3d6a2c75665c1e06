"""Cleaned pictures as files: beside the originals' names, never over them."""

import io
from pathlib import Path

import numpy as np

from denoising.errors import LabError
from denoising.files import put


def target(source: Path, folder: Path, deep: bool) -> Path:
    """Name the file of a cleaned picture: PNG, but TIFF for 16 bits in colour (`deep`).

    Raises
    ------
    LabError
        If there is such a file.
    """
    found = folder / f"{source.stem}.{'tif' if deep else 'png'}"
    if found.exists():
        raise LabError(f"{found}: is there already; remove it, or name another OUTPUT")
    return found


def write(path: Path, picture: np.ndarray, bits: int) -> None:
    """Write a picture.

    Parameters
    ----------
    path : Path
        ``.png`` or ``.tif``.
    picture : ndarray, shape (rows, columns, 1 or 3)
        In [0, 1].
    bits : int
        8 or 16.
    """
    from PIL import Image
    from tifffile import imwrite

    kind = np.uint16 if bits == 16 else np.uint8
    pixels = np.rint(picture * (2**bits - 1)).astype(kind)
    pixels = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    file = io.BytesIO()
    if path.suffix == ".tif":
        imwrite(file, pixels)
    else:
        Image.fromarray(pixels).save(file, format="PNG")
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, file.getvalue())
