"""Images and labels in the IDX format of MNIST."""

from pathlib import Path

import numpy as np

from denoising.errors import LabError
from denoising.files import content, read_json, sha256

UNSIGNED_BYTE = 0x08
SOURCE = "source.json"  # where the files came from, and their checksums
NO_LABELS = bytes([0, 0, UNSIGNED_BYTE, 1, 0, 0, 0, 0])  # what stands for a data set without any


def parse_idx(content: bytes, name: str = "IDX data") -> np.ndarray:
    """Read the IDX format: two zero bytes, type, number of axes, big-endian sizes, data.

    Parameters
    ----------
    content : bytes
        The uncompressed file.
    name : str
        What to call it in an error.

    Returns
    -------
    ndarray of uint8
        Read-only; its axes are those of the file.

    Raises
    ------
    LabError
        If the bytes are no IDX of unsigned bytes, or are too few or too many.
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, UNSIGNED_BYTE]):
        raise LabError(f"{name}: is no IDX file of unsigned bytes")
    axes = content[3]
    start = 4 + 4 * axes
    if len(content) < start:
        raise LabError(f"{name}: ends within its header")
    shape = tuple(np.frombuffer(content[4:start], dtype=">u4").tolist())
    if len(content) - start != np.prod(shape, dtype=int):
        raise LabError(f"{name}: its size does not fit its header {shape}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_idx(path: Path) -> np.ndarray:
    """Read an IDX file of a fetched data set; its ``source.json`` vouches for it.

    Raises
    ------
    Damaged
        If it is not what was fetched, or nobody knows what was.
    """
    known = read_json(path.with_name(SOURCE))["sha256"]
    expected = known.get(path.stem, sha256(NO_LABELS))
    return parse_idx(content(path, expected), str(path))


def clean_images(path: Path, count: int, shape: tuple[int, int, int], skip: int = 0) -> np.ndarray:
    """First images of an IDX file, scaled to [0, 1].

    Parameters
    ----------
    path : Path
        An uncompressed IDX file of shape (N, rows, columns) or (N, rows, columns, channels).
    count : int
        How many of its images.
    shape : tuple of int
        Rows, columns and channels that each must have.
    skip : int
        How many before them are left out.

    Returns
    -------
    ndarray of float32, shape (count, rows, columns, channels)

    Raises
    ------
    LabError
        If the file has fewer images, or of another shape.
    """
    return _scaled(_read_images(path, skip + count, shape)[skip : skip + count], shape)


def held_out_images(path: Path, count: int, first: int, shape: tuple[int, int, int]) -> np.ndarray:
    """Last images of an IDX file, none of them among the ``first``; else as `clean_images`."""
    return _scaled(_read_images(path, first + count, shape)[-count:], shape)


def _read_images(path: Path, count: int, shape: tuple[int, int, int]) -> np.ndarray:
    images = read_idx(path)
    own = (*images.shape[1:], 1) if images.ndim == 3 else images.shape[1:]
    if len(images) < count or own != tuple(shape):  # axis by axis: nothing is cut anew
        raise LabError(
            f"{path}: holds {len(images)} images of {images.shape[1:]},"
            f" needed are {count} of {tuple(shape)} (config: datasets, data)"
        )
    return images


def _scaled(images: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    return images.reshape(len(images), *shape).astype(np.float32) / np.float32(255)


def labels_of(path: Path, images: Path, count: int) -> np.ndarray:
    """First labels of an IDX file.

    Parameters
    ----------
    path, images : Path
        Uncompressed IDX files: labels of shape (N,), where N is 0 if the data set has none, and
        what they are the labels of.
    count : int
        How many of its labels.

    Returns
    -------
    ndarray of uint8, shape (count,) or (0,)

    Raises
    ------
    LabError
        If the file has some, but not one for each image.
    """
    labels, total = read_idx(path), len(read_idx(images))
    if labels.shape not in ((0,), (total,)):
        raise LabError(
            f"{path}: holds labels of shape {labels.shape}, needed is one for each of {total}"
            " images, or none at all (config: datasets, data)"
        )
    return labels[:count]
