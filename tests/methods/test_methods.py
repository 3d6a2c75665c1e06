import numpy as np
import pytest

from denoising import methods


def images(count=4, shape=(9, 7, 3), seed=0):
    return np.random.default_rng(seed).random((count, *shape), dtype=np.float32)


def made(settings):
    return methods.build(methods.resolve(settings))


def test_what_there_is_from_the_start():
    assert {"autoencoder", "noisy-input", "black", "mean-image", "median-filter"} <= set(
        methods.names()
    )
    assert [name for name in methods.names() if methods.is_trained(name)] == ["autoencoder"]


def test_defaults_are_filled_in():
    assert methods.resolve("median-filter") == {"name": "median-filter", "size": 3}
    assert methods.resolve({"name": "median-filter", "size": 5}) == {
        "name": "median-filter",
        "size": 5,
    }
    assert methods.resolve("black") == {"name": "black"}


@pytest.mark.parametrize("name", [n for n in methods.names() if not methods.is_trained(n)])
@pytest.mark.parametrize("shape", [(28, 28, 1), (9, 7, 3)])
def test_what_every_method_keeps(name, shape):
    method, noisy = made(name), images(shape=shape)
    if hasattr(method, "fit"):
        method.fit(images(9, shape, 1), images(9, shape, 2), np.random.default_rng(0))
    clean = method.denoise(noisy)
    assert (clean.shape, clean.dtype) == (noisy.shape, np.float32)
    assert clean.min() >= 0
    assert clean.max() <= 1
    assert method.parameters >= 0


def test_the_median_by_hand():
    noisy = np.zeros((1, 5, 5, 2), np.float32)
    noisy[0, 2, 2, 0] = 1  # one white pixel of nine is gone
    noisy[0, 1:3, 1:4, 1] = 1  # six of nine around (2, 2) … (1, 2) stay
    clean = made("median-filter").denoise(noisy)
    assert not clean[..., 0].any()
    assert clean[0, 1, 2, 1] == np.median(noisy[0, 0:3, 1:4, 1]) == 1
    assert clean[0, 3, 2, 1] == np.median(noisy[0, 2:5, 1:4, 1]) == 0


def test_a_window_of_one_changes_nothing():
    noisy = images()
    np.testing.assert_array_equal(made({"name": "median-filter", "size": 1}).denoise(noisy), noisy)


def test_the_gaussian_filter_keeps_channels_and_images_apart():
    noisy = np.zeros((2, 15, 15, 2), np.float32)
    noisy[0, 7, 7, 0] = 1
    clean = made("gaussian-filter").denoise(noisy)
    assert clean[0, 7, 7, 0] == pytest.approx(1 / (2 * np.pi), rel=0.02)  # a Gaussian of σ = 1
    assert not clean[0, ..., 1].any()
    assert not clean[1].any()


def test_baselines_by_definition():
    noisy, clean = images(), images(6, seed=1)
    np.testing.assert_array_equal(made("noisy-input").denoise(noisy), noisy)
    assert not made("black").denoise(noisy).any()
    mean = made("mean-image")
    mean.fit(images(6), clean, np.random.default_rng(0))
    np.testing.assert_allclose(mean.denoise(noisy)[3], clean.mean(axis=0), rtol=1e-6)
    assert mean.parameters == 9 * 7 * 3
