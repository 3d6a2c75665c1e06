"""Tiles join as if there were none."""

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from denoising.cleaning import tiles
from denoising.cleaning.tiles import reach, tiled


def mean_of(size):
    """A network that averages 5×5 pixels: it reaches 2."""
    return lambda tile: np.stack([uniform_filter(one, 5, mode="constant") for one in tile])


@pytest.mark.parametrize("shape", [(40, 50), (41, 23), (1, 1), (7, 90)])
def test_no_seam_and_no_edge(shape, monkeypatch):
    monkeypatch.setattr(tiles, "TILE", 16)
    picture = np.random.default_rng(0).random(shape).astype(np.float32)
    found = tiled(picture, 4, mean_of)
    assert found == pytest.approx(uniform_filter(picture, 5, mode="reflect"), abs=1e-6)


def test_a_margin_too_narrow_is_seen(monkeypatch):
    monkeypatch.setattr(tiles, "TILE", 16)
    picture = np.random.default_rng(0).random((40, 40)).astype(np.float32)
    assert (
        np.abs(tiled(picture, 0, mean_of) - uniform_filter(picture, 5, mode="reflect")).max() > 0.01
    )


def test_all_tiles_have_one_size():
    sizes = []

    def network(size):
        sizes.append(size)
        return lambda tile: tile

    picture = np.zeros((700, 30), np.float32)
    assert tiled(picture, 6, network).shape == (700, 30)
    assert sizes == [(512 + 12, 30 + 12)]


def test_reach():
    """4 pixels, then 3 of every second twice, then 2·2 of the transposed one: 4 + 6 + 6 + 4."""
    convolution = {"layer": "Conv2D", "kernel_size": 3}
    architecture = {
        "encoder": [{"layer": "Conv2D", "kernel_size": 4, "strides": 2}, convolution],
        "decoder": [convolution, {"layer": "Conv2DTranspose", "kernel_size": 4, "strides": 2}],
    }
    assert reach(architecture) == 20
