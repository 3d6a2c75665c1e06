"""Our own losses against numpy and scikit-image, and Keras' by their names."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from denoising import losses
from denoising.config.keras_names import names


@pytest.fixture
def images():
    draw = np.random.default_rng(0)
    return draw.random((2, 3, 12, 15, 1), dtype=np.float32)


def test_none_has_a_name_of_keras():
    assert set(losses.LOSSES.names()).isdisjoint(names()["losses"])


def test_relative_error(images):
    clean, decoded = images
    found = losses.function({"name": "relative-error"})(clean, decoded)
    by_hand = [
        np.linalg.norm(x - y) / np.linalg.norm(x) for x, y in zip(clean, decoded, strict=True)
    ]
    np.testing.assert_allclose(found, by_hand, rtol=1e-5)


def test_relative_error_of_a_black_image_and_of_a_perfect_one_have_a_slope():
    import tensorflow as tf

    clean = np.zeros((2, 4, 4, 1), np.float32)
    clean[1] = 0.5
    decoded = tf.constant(clean)
    with tf.GradientTape() as tape:
        tape.watch(decoded)
        found = losses.function({"name": "relative-error"})(clean, decoded)
    np.testing.assert_allclose(found, 0, atol=1e-6)
    assert np.isfinite(tape.gradient(found, decoded)).all()


def test_ssim(images):
    clean, decoded = images
    found = losses.function({"name": "ssim"})(clean, decoded)
    for n in range(3):
        _, each = structural_similarity(
            clean[n, ..., 0], decoded[n, ..., 0], data_range=1, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, win_size=11, full=True,
        )  # fmt: skip
        # only windows that lie within the image
        assert 1 - float(found[n]) == pytest.approx(each[5:-5, 5:-5].mean(), abs=1e-4)


def test_ssim_of_small_images():
    clean = np.random.default_rng(0).random((2, 8, 8, 1), dtype=np.float32)
    np.testing.assert_allclose(losses.function({"name": "ssim"})(clean, clean), 0, atol=1e-6)


def test_one_of_keras_is_none_of_ours():
    assert losses.function({"name": "huber", "delta": 0.5}) is None
