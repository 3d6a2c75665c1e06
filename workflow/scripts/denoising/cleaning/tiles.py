"""Pictures of any size through a network of one size, without seams."""

from collections.abc import Callable

import numpy as np

TILE = 512  # most pixels of a tile's side, its margin not counted
STRIDE = 2  # pixels that a network's first layer moves by: tiles begin at multiples of it


def reach(architecture: dict) -> int:
    """Return how far away a pixel can move another: no tile sees its edge beyond it.

    Parameters
    ----------
    architecture : dict
        Resolved; convolutions, strided or transposed, one after the other.

    Returns
    -------
    int
        Pixels, a multiple of `STRIDE`.
    """
    scale, found = 1, 0
    for layer in (*architecture["encoder"], *architecture["decoder"]):
        kernel, stride = layer.get("kernel_size", 1), layer.get("strides", 1)
        if layer["layer"] == "Conv2DTranspose":
            scale //= stride
        found += scale * kernel
        if layer["layer"] == "Conv2D":
            scale *= stride
    return -(-found // STRIDE) * STRIDE


def tiled(
    picture: np.ndarray,
    margin: int,
    network: Callable[[tuple[int, int]], Callable[[np.ndarray], np.ndarray]],
) -> np.ndarray:
    """Apply a network to a picture, tile by tile.

    Each tile is taken with a margin of what lies around it (beyond the picture its mirror image),
    and only its middle is kept. With a margin as wide as the network's `reach`, tiles join as if
    there were none.

    Parameters
    ----------
    picture : ndarray, shape (rows, columns)
    margin : int
        Pixels, a multiple of `STRIDE`.
    network : callable
        Size of a tile with its margin → function from (1, rows, columns) to the same.

    Returns
    -------
    ndarray, the same shape
    """
    sides = [min(TILE, -(-side // STRIDE) * STRIDE) for side in picture.shape]
    counts = [-(-side // tile) for side, tile in zip(picture.shape, sides, strict=True)]
    wanted = [count * tile for count, tile in zip(counts, sides, strict=True)]
    around = [
        (margin, margin + whole - side) for whole, side in zip(wanted, picture.shape, strict=True)
    ]
    padded = np.pad(picture, around, mode="symmetric")
    apply = network((sides[0] + 2 * margin, sides[1] + 2 * margin))
    found = np.empty(wanted, np.float32)
    for top in range(0, wanted[0], sides[0]):
        for left in range(0, wanted[1], sides[1]):
            rows = slice(top, top + sides[0] + 2 * margin)
            columns = slice(left, left + sides[1] + 2 * margin)
            made = apply(padded[None, rows, columns])[0]
            inner = made[margin : margin + sides[0], margin : margin + sides[1]]
            found[top : top + sides[0], left : left + sides[1]] = inner
    return found[: picture.shape[0], : picture.shape[1]]
