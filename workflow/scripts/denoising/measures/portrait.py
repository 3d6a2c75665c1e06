"""What a trained network learned, to be looked at: codes, walks between them, filters, layers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from denoising.measures.metrics import eight_bits

MAPPED = 2000  # test images whose codes are drawn
WALKS, STEPS = 4, 9  # pairs of images, and images from one to the other
CHANNELS = 8  # of a layer that are shown
PROBED = 100  # test images over which the receptive field is averaged
Map = Callable[[np.ndarray], np.ndarray]


def code_map(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project codes on their first two principal axes.

    Parameters
    ----------
    codes : ndarray, shape (N, …)

    Returns
    -------
    points : ndarray of float32, shape (N, 2)
        Codes of one number have 0 as their second coordinate.
    shares : ndarray, shape (2,)
        Of the variance, that each axis has.
    """
    flat = codes.reshape(len(codes), -1).astype(np.float64)
    centred = flat - flat.mean(axis=0)
    scatter = centred.T @ centred
    values, axes = np.linalg.eigh(scatter)
    first = axes[:, ::-1][:, :2]
    # the sign of an axis is arbitrary: its largest entry is positive
    first = first * np.sign(first[np.abs(first).argmax(axis=0), range(first.shape[1])])
    points = np.zeros((len(codes), 2), np.float32)
    points[:, : first.shape[1]] = centred @ first
    shares = np.zeros(2)
    shares[: first.shape[1]] = values[::-1][:2] / max(values.sum(), np.finfo(float).tiny)
    return points, shares


def walks(codes: np.ndarray, labels: np.ndarray, decode: Map) -> np.ndarray:
    """Decode what lies on the straight line between the codes of two images.

    Parameters
    ----------
    codes : ndarray, shape (N, …)
    labels : ndarray of int, shape (N,) or (0,)
        The pairs are the first images of class 0 and 1, of 2 and 3, and so on; without classes
        the first images.
    decode : callable
        Codes → images.

    Returns
    -------
    ndarray of float32, shape (pairs, `STEPS`, rows, columns, channels)
    """
    if len(labels):
        first = [int(np.argmax(labels == one)) for one in np.unique(labels)[: 2 * WALKS]]
    else:
        first = list(range(min(2 * WALKS, len(codes))))
    pairs = list(zip(first[::2], first[1::2], strict=False))
    share = np.linspace(0, 1, STEPS).reshape(-1, *[1] * (codes.ndim - 1))
    lines = [(1 - share) * codes[a] + share * codes[b] for a, b in pairs]
    decoded = [decode(line.astype(np.float32)) for line in lines]
    return np.stack(decoded) if decoded else np.zeros((0, STEPS, 1, 1, 1), np.float32)


def liveliest(maps: np.ndarray) -> np.ndarray:
    """Choose the channels of a layer that vary most, scaled to [0, 1] together.

    Parameters
    ----------
    maps : ndarray, shape (rows, columns, channels)

    Returns
    -------
    ndarray of float32, shape (≤ `CHANNELS`, rows, columns)
    """
    order = np.argsort(-maps.var(axis=(0, 1)), kind="stable")[:CHANNELS]
    shown = np.moveaxis(maps[..., order], -1, 0).astype(np.float32)
    low, high = shown.min(), shown.max()
    return (shown - low) / (high - low) if high > low else np.zeros_like(shown)


def receptive_field(model: Any, images: np.ndarray) -> np.ndarray:
    """Measure how much each input pixel moves the output's central pixel.

    The mean over images of |∂ output / ∂ input|, summed over channels and scaled to a greatest of 1
    (the effective receptive field of Luo et al. 2016).

    Returns
    -------
    ndarray of float32, shape (rows, columns)
    """
    import tensorflow as tf

    noisy = tf.constant(images[:PROBED])
    with tf.GradientTape() as tape:
        tape.watch(noisy)
        made = model(noisy, training=False)
        centre = tf.reduce_sum(made[:, made.shape[1] // 2, made.shape[2] // 2])
    found = np.abs(tape.gradient(centre, noisy).numpy()).sum(axis=-1).mean(axis=0)
    return (found / max(found.max(), np.finfo(np.float32).tiny)).astype(np.float32)


def layer_portrait(model: Any, noisy: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the layers of a network do.

    Parameters
    ----------
    model : keras.Model
    noisy : ndarray, shape (N, rows, columns, channels)
        Test images.

    Returns
    -------
    dict
        ``field``; ``layers`` (names, of those that are shown) and ``layer-<n>`` (image 0 in them);
        ``filters`` (of the first convolution, one image each).
    """
    import keras

    shown = [layer for layer in model.layers if _shows(layer)]
    outputs = keras.Model(model.input, [layer.output for layer in shown])(noisy[:1], training=False)
    found = {"field": receptive_field(model, noisy), "layers": np.array([x.name for x in shown])}
    for number, maps in enumerate(outputs):
        found[f"layer-{number}"] = eight_bits(liveliest(np.asarray(maps)[0]))
    kernels = next((np.asarray(x.kernel) for x in shown if type(x).__name__ == "Conv2D"), None)
    if kernels is not None:
        found["filters"] = eight_bits(liveliest_filters(kernels))
    return found


def liveliest_filters(kernel: np.ndarray) -> np.ndarray:
    """Return the filters of a convolution as images, summed over what enters; 0.5 is no weight.

    Parameters
    ----------
    kernel : ndarray, shape (rows, columns, channels, filters)

    Returns
    -------
    ndarray, shape (filters, rows, columns)
    """
    weights = np.moveaxis(kernel.sum(axis=2), -1, 0)
    return 0.5 + weights / max(2 * np.abs(weights).max(), np.finfo(float).tiny)


def code_portrait(
    encode: Map, decode: Map, noisy: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """Return what the codes of test images are: ``points``, ``shares``, ``labels``, ``walks``."""
    codes = encode(noisy[:MAPPED])
    points, shares = code_map(codes)
    between = eight_bits(walks(codes, labels[:MAPPED], decode))
    return {"points": points, "shares": shares, "labels": labels[:MAPPED], "walks": between}


def _shows(layer: Any) -> bool:
    """Tell whether a layer makes maps of its own that can be seen as images."""
    convolves = type(layer).__name__ in ("Conv2D", "Conv2DTranspose")
    return convolves and len(layer.output.shape) == 4
