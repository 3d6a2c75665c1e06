"""Codes stored in few bits, and what common image formats need for the same images."""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image

PIXEL_BITS = 8  # of an input pixel
WORD_LENGTHS = (8, 6, 4, 3, 2)  # bits that codes are quantised to


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


def bits_ratio(code_elements: int, bits: int, input_elements: int) -> float:
    """Bits of a code over bits of an image of 8-bit pixels; below 1 it compresses."""
    return code_elements * bits / (input_elements * PIXEL_BITS)


def encoded(image: np.ndarray, kind: str, quality: int | None = None) -> tuple[int, np.ndarray]:
    """Store one grey image in a common format.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns)
    kind : str
        ``PNG`` (lossless), ``JPEG`` or ``WEBP``.
    quality : int, optional
        Of the lossy ones, 0 to 100.

    Returns
    -------
    size : int
        Bytes of the file.
    decoded : ndarray of uint8, shape (rows, columns)
    """
    options = {"optimize": True} if quality is None else {"quality": quality}
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.tell(), np.asarray(Image.open(file).convert("L"))


def format_reference(
    images: np.ndarray, kind: str, quality: int | None = None
) -> tuple[float, np.ndarray]:
    """Store many images in a format.

    Parameters
    ----------
    images : ndarray of float32, shape (N, rows, columns, 1), in [0, 1]
        Clean images whose pixels are multiples of 1/255.

    Returns
    -------
    bytes : float
        Mean size of a file.
    decoded : ndarray of float32, the shape of ``images``
    """
    pixels = np.rint(255 * images[..., 0]).astype(np.uint8)
    sizes, decoded = zip(*(encoded(image, kind, quality) for image in pixels), strict=True)
    return float(np.mean(sizes)), (np.stack(decoded)[..., None] / 255).astype(np.float32)


def answers(errors: np.ndarray, limit: float, first: int) -> dict[str, float | bool]:
    """Tell whether errors stay under a limit, by each meaning of that.

    Parameters
    ----------
    errors : ndarray, shape (N,)
        Relative errors of the test images.
    limit : float
    first : int
        How many images the write-up averages over.

    Returns
    -------
    dict
        ``first``: their mean does; ``all``: the mean of all does; ``every``: every image does;
        ``most``: 95 % of the images do.
    """
    below = errors < limit
    return {
        "first": bool(errors[:first].mean() < limit),
        "all": bool(errors.mean() < limit),
        "every": bool(below.all()),
        "most": bool(below.mean() >= 0.95),
    }
