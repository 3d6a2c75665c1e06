"""What is kept of a network to be looked at, on networks whose answer is known by hand."""

import numpy as np
import pytest

from denoising.figures.portrait import codes_figure, layers_figure, tiled
from denoising.measures.portrait import (
    STEPS,
    code_map,
    code_portrait,
    layer_portrait,
    liveliest,
    liveliest_filters,
    receptive_field,
    walks,
)


@pytest.fixture(scope="module")
def network():
    """A mean over 3×3 pixels, and twice that."""
    import keras

    image = keras.Input((5, 5, 1))
    both = keras.layers.Conv2D(2, 3, padding="same", use_bias=False, name="code")(image)
    out = keras.layers.Conv2D(1, 1, use_bias=False, name="out")(both)
    model = keras.Model(image, out)
    kernel = np.full((3, 3, 1, 2), 1 / 9, np.float32) * np.array([1, 2], np.float32)
    model.set_weights([kernel, np.array([0.0, 1.0], np.float32).reshape(1, 1, 2, 1)])
    return model


def test_the_map_of_codes_is_that_of_the_principal_axes():
    generator = np.random.default_rng(0)
    codes = generator.normal(size=(400, 2, 2)) * np.array([[9, 1], [0.1, 3]])
    points, shares = code_map(codes)
    flat = codes.reshape(400, 4) - codes.reshape(400, 4).mean(axis=0)
    _, values, axes = np.linalg.svd(flat, full_matrices=False)
    assert shares == pytest.approx((values**2 / (values**2).sum())[:2])
    assert np.abs(points) == pytest.approx(np.abs(flat @ axes[:2].T), abs=1e-4)
    assert np.corrcoef(points[:, 0], codes[:, 0, 0])[0, 1] > 0.99  # a positive sign


def test_codes_of_one_number_and_of_none_that_varies():
    points, shares = code_map(np.array([[1.0], [3.0]]))
    assert points.tolist() == [[-1, 0], [1, 0]] and shares.tolist() == [1, 0]
    points, shares = code_map(np.ones((3, 4)))
    assert not points.any() and not shares.any()


def test_walks_go_from_the_first_of_a_class_to_the_first_of_the_next():
    codes = np.arange(6.0).reshape(6, 1)
    labels = np.array([1, 0, 1, 3, 2, 3])
    found = walks(codes, labels, lambda line: line.reshape(-1, 1, 1, 1))
    assert found.shape == (2, STEPS, 1, 1, 1)
    assert found[0].ravel() == pytest.approx(np.linspace(1, 0, STEPS))  # class 0, then 1
    assert found[1].ravel() == pytest.approx(np.linspace(4, 3, STEPS))
    without = walks(codes, labels[:0], lambda line: line.reshape(-1, 1, 1, 1))
    assert [walk.ravel()[0] for walk in without] == [0, 2, 4]
    assert walks(codes[:1], labels[:0], lambda line: line).shape == (0, STEPS, 1, 1, 1)


def test_channels_that_vary_most_come_first():
    maps = np.zeros((2, 2, 3))
    maps[..., 1] = [[0, 4], [0, 4]]
    maps[..., 2] = [[0, 2], [0, 2]]
    found = liveliest(maps)
    assert found[:, 0, 1].tolist() == [1, 0.5, 0]
    assert not liveliest(np.ones((2, 2, 3))).any()


def test_filters_are_grey_where_there_is_no_weight():
    kernel = np.zeros((1, 2, 2, 2))
    kernel[0, :, 0, 0] = [1, -2]
    kernel[0, :, 1, 0] = [0, -2]
    assert liveliest_filters(kernel).tolist() == [[[0.625, 0]], [[0.5, 0.5]]]


def test_the_receptive_field_of_a_mean_is_its_window(network):
    found = receptive_field(network, np.ones((4, 5, 5, 1), np.float32))
    window = np.zeros((5, 5))
    window[1:4, 1:4] = 1
    assert found == pytest.approx(window, abs=1e-6)


def test_portraits_are_drawn(network):
    noisy = np.random.default_rng(0).random((30, 5, 5, 1), np.float32)
    found = layer_portrait(network, noisy)
    assert found["layers"].tolist() == ["code", "out"]
    assert found["layer-0"].shape == (2, 5, 5) and found["layer-1"].shape == (1, 5, 5)
    figure = layers_figure(found)
    assert len(figure.findobj(lambda one: hasattr(one, "get_cmap"))) >= 5
    assert tiled(np.zeros((9, 3, 3), np.uint8)).shape == (2 * 4 + 1, 8 * 4 + 1)
    codes = code_portrait(
        lambda x: x.mean(axis=(1, 2)), lambda c: c.reshape(-1, 1, 1, 1), noisy, np.arange(30) % 3
    )
    drawn = codes_figure(codes)
    texts = {text.get_text() for text in drawn.findobj(lambda one: hasattr(one, "get_text"))}
    assert {"0", "1", "2", "first axis (100%)"} <= texts
