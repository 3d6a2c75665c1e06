"""Codes (at the bottleneck) in few bits, and what common image formats need for the same images."""

import io
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image
from skimage.util import montage, view_as_blocks

from denoising.measures.metrics import FIRST, not_black, relative_error

PIXEL_BITS = 8  # of an input pixel
FLOATS = {32: np.float32, 16: np.float16}
# Common formats and the quality of the lossy ones, 0 to 100; PNG is lossless.
FORMATS = (("PNG", None), ("JPEG", 5), ("JPEG", 25), ("JPEG", 50), ("WebP", 0), ("WebP", 25))
FORMATS_COLUMNS = [
    "format", "quality", "files", "bytes", "bits_ratio", "first", "all", "most", "every",
]  # fmt: skip
WORD_LENGTHS = (32, 16, 8, 6, 4, 3, 2)  # bits of a number of a code: floats, then quantised


class Range(NamedTuple):
    """Least and greatest value that a quantiser can tell apart."""

    low: float
    high: float


def code_range(codes: np.ndarray) -> Range:
    """Learn a quantiser's range on training codes: their least and greatest value."""
    return Range(float(codes.min()), float(codes.max()))


def quantise(codes: np.ndarray, bits: int, limits: Range) -> np.ndarray:
    """Round codes to the nearest of 2^bits values evenly spaced over a range, ends included.

    Parameters
    ----------
    codes : ndarray of float32
    bits : int
        At least 1.
    limits : Range
        Values outside are clipped.

    Returns
    -------
    ndarray of float32, the same shape
        What a decoder gets back.
    """
    low, high = limits
    if high == low:
        return np.full_like(codes, low)
    steps = 2**bits - 1
    levels = np.rint((np.clip(codes, low, high) - low) / (high - low) * steps)
    return (low + levels / steps * (high - low)).astype(codes.dtype)


def stored(codes: np.ndarray, bits: int, limits: Range) -> np.ndarray:
    """Return what is left of codes in so many bits a number: floats of 32 or 16, else quantised."""
    if bits in FLOATS:
        return codes.astype(FLOATS[bits]).astype(codes.dtype)
    return quantise(codes, bits, limits)


def bits_ratio(code_elements: int, bits: int, input_elements: int) -> float:
    """Bits of a code over bits of an image of 8-bit pixels; below 1 it compresses."""
    return code_elements * bits / (input_elements * PIXEL_BITS)


def encoded(image: np.ndarray, kind: str, quality: int | None = None) -> tuple[int, np.ndarray]:
    """Store one image in a common format.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns) or (rows, columns, 3)
    kind : str
        ``PNG`` (lossless), ``JPEG`` or ``WebP``.
    quality : int, optional
        Of the lossy ones, 0 to 100.

    Returns
    -------
    size : int
        Bytes of the file.
    decoded : ndarray of uint8, the same shape
    """
    options = {"optimize": True} if quality is None else {"quality": quality}
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.tell(), np.asarray(Image.open(file).convert("L" if image.ndim == 2 else "RGB"))


def format_reference(
    images: np.ndarray, kind: str, quality: int | None = None
) -> tuple[float, np.ndarray]:
    """Store many images in a format.

    Parameters
    ----------
    images : ndarray of float32, shape (N, rows, columns, 1 or 3), in [0, 1]
        Clean images whose pixels are multiples of 1/255.

    Returns
    -------
    bytes : float
        Mean size of a file.
    decoded : ndarray of float32, the shape of ``images``
    """
    pixels = np.rint(255 * images).astype(np.uint8)
    pixels = pixels[..., 0] if images.shape[-1] == 1 else pixels
    sizes, decoded = zip(*(encoded(image, kind, quality) for image in pixels), strict=True)
    laid = np.stack(decoded).reshape(images.shape)
    return float(np.mean(sizes)), (laid / 255).astype(np.float32)


def sheet(images: np.ndarray) -> np.ndarray:
    """Lay images side by side on one that is as square as can be; what is left over is black.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns, channels)

    Returns
    -------
    ndarray, shape (1, R · rows, C · columns, channels)
        With C = ⌈√N⌉ images in a row.
    """
    count, *shape = images.shape
    across = math.ceil(math.sqrt(count))
    down = math.ceil(count / across)
    laid = np.zeros((across * down, *shape), images.dtype)
    laid[:count] = images
    return montage(laid, grid_shape=(down, across), channel_axis=-1)[None]


def from_sheet(laid: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Cut a sheet into images of this shape (N, rows, columns, channels) again."""
    count, *size = shape
    return view_as_blocks(laid[0], tuple(size)).reshape(-1, *size)[:count]


def formats_table(clean: np.ndarray) -> pd.DataFrame:
    """Store images in common formats, a file each and all on one sheet.

    Parameters
    ----------
    clean : ndarray of float32, shape (N, rows, columns, 1 or 3), in [0, 1]

    Returns
    -------
    DataFrame
        ``format``, ``quality``, ``files`` (each, sheet), ``bytes`` an image, ``bits_ratio`` and
        what `image_errors` says; no row for images of other channels, which no format holds.
    """
    known = not_black(clean)
    first = int(known[:FIRST].sum())
    rows = []
    for kind, quality in FORMATS if clean.shape[-1] in (1, 3) else ():
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
                    "bits_ratio": 8 * size / (clean[0].size * PIXEL_BITS),
                    **image_errors(relative_error(clean[known], decoded[known]), first),
                }
            )
    return pd.DataFrame(rows, columns=FORMATS_COLUMNS).astype({"quality": "Int64"})


def code_errors(
    encode: Callable[[np.ndarray], np.ndarray],
    decode: Callable[[np.ndarray], np.ndarray],
    train: np.ndarray,
    test: np.ndarray,
    clean: np.ndarray,
) -> pd.DataFrame:
    """Store codes in fewer and fewer bits, and measure what a decoder makes of them.

    Parameters
    ----------
    encode, decode : callable
        From noisy images to codes, and from codes to images.
    train, test : ndarray of float32, shape (N, rows, columns, channels)
        Noisy images: quantisers learn their range on the codes of the first.
    clean : ndarray of float32
        The clean test images; black ones are left out, as they have no relative error.

    Returns
    -------
    DataFrame
        A row a number of bits of `WORD_LENGTHS`: ``bits``, and what `image_errors` returns.
    """
    limits = code_range(encode(train))
    codes = encode(test)
    known = not_black(clean)
    first = int(known[:FIRST].sum())
    rows = []
    for bits in WORD_LENGTHS:
        decoded = decode(stored(codes, bits, limits))
        errors = relative_error(clean[known], decoded[known])
        rows.append({"bits": bits, **image_errors(errors, first)})
    return pd.DataFrame(rows)


def image_errors(errors: np.ndarray, first: int) -> dict[str, float]:
    """Summarise the relative errors of all test images by each meaning of "stays under a limit".

    Parameters
    ----------
    errors : ndarray, shape (N,)
    first : int
        How many images the write-up averages over.

    Returns
    -------
    dict
        ``first``, the mean of those; ``all``, the mean of all; ``most``, what 95 % of the images
        stay under; ``every``, the largest. NaN where no image has an error.
    """
    if not len(errors):
        return dict.fromkeys(("first", "all", "most", "every"), math.nan)
    return {
        "first": float(errors[:first].mean()) if first else math.nan,
        "all": float(errors.mean()),
        "most": float(np.quantile(errors, 0.95)),
        "every": float(errors.max()),
    }
