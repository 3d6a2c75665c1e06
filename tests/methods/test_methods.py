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


# Those that stand by themselves.
ALONE = [
    name
    for name in methods.names()
    if not methods.is_trained(name) and not hasattr(methods.METHODS.entries[name].make, "borrow")
]


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("shape", [(28, 28, 1), (9, 7, 3)])
def test_what_every_method_keeps(name, shape):
    method, noisy = made(name), images(shape=shape)
    if hasattr(method, "fit"):
        method.fit(images(9, shape, 1), images(9, shape, 2), np.random.default_rng(0))
    clean = method.denoise(noisy)
    assert (clean.shape, clean.dtype) == (noisy.shape, np.float32)
    assert np.isfinite(clean).all()
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


def spots(count, seed, side=6):
    """Images of two kinds, so that there is something to learn."""
    draw = np.random.default_rng(seed)
    kinds = np.zeros((2, side, side, 1), np.float32)
    kinds[0, 1:3, 1:3], kinds[1, 3:5, 2:5] = 1, 0.8
    return kinds[draw.integers(0, 2, count)]


def noised(clean, seed, level=0.5):
    draw = np.random.default_rng(seed)
    return np.clip(clean + level * draw.standard_normal(clean.shape), 0, 1).astype(np.float32)


def test_the_linear_map_is_numpys_least_squares():
    clean = np.random.default_rng(0).random((90, 3, 2, 1), dtype=np.float32)
    noisy = noised(clean, 1, 0.1)
    method = made({"name": "linear-map", "ridge": 0})
    method.fit(noisy, clean, np.random.default_rng(0))
    design = np.c_[noisy.reshape(90, -1), np.ones(90)]
    weights = np.linalg.lstsq(design, clean.reshape(90, -1))[0]
    other = noised(clean, 2, 0.1)
    expected = np.c_[other.reshape(90, -1), np.ones(90)] @ weights
    np.testing.assert_allclose(method.denoise(other).reshape(90, -1), expected, atol=1e-5)
    assert method.parameters == 6 * 6 + 6


def test_no_linear_map_of_that_rank_is_better_than_the_bottleneck():
    clean = np.random.default_rng(3).random((200, 3, 3, 1), dtype=np.float32)
    clean[:, 0] *= clean[:, 1]  # pixels that depend on each other
    noisy = noised(clean, 1)
    flat = noisy.reshape(200, -1), clean.reshape(200, -1)

    def error(method):
        method.fit(noisy, clean, np.random.default_rng(0))
        return np.mean(np.square(method.denoise(noisy) - clean))

    best = error(made({"name": "linear-bottleneck", "numbers": 2, "ridge": 0}))
    assert np.linalg.matrix_rank(made_map(noisy, clean, 2), tol=1e-8) == 2
    # by hand: after whitening, the projection is that of the singular value decomposition
    y, x = (part - part.mean(axis=0, dtype=float) for part in flat)
    basis, _ = np.linalg.qr(y)  # of all that can be made of the noisy images
    left, values, right = np.linalg.svd(basis.T @ x)
    by_hand = basis @ left[:, :2] @ np.diag(values[:2]) @ right[:2]
    assert best == pytest.approx(np.mean(np.square(by_hand - x)), rel=1e-5)
    whole = error(made({"name": "linear-map", "ridge": 0}))
    assert error(made({"name": "principal-components", "numbers": 2})) > best > whole


def made_map(noisy, clean, numbers):
    method = made({"name": "linear-bottleneck", "numbers": numbers, "ridge": 0})
    method.fit(noisy, clean, np.random.default_rng(0))
    return method.map


def test_principal_components_are_scikit_images_ones():
    """With all axes the image comes back but for the means; with none it is the mean."""
    clean = np.random.default_rng(0).random((40, 3, 3, 1), dtype=np.float32)
    method = made({"name": "principal-components", "numbers": 9})
    method.fit(clean, clean, np.random.default_rng(0))
    np.testing.assert_allclose(method.denoise(clean), clean, atol=1e-5)
    first = made({"name": "principal-components", "numbers": 1})
    first.fit(clean, clean, np.random.default_rng(0))
    x = clean.reshape(40, -1) - clean.reshape(40, -1).mean(axis=0)
    axis = np.linalg.svd(x, full_matrices=False)[2][:1]
    expected = x @ axis.T @ axis + clean.reshape(40, -1).mean(axis=0)
    np.testing.assert_allclose(first.denoise(clean).reshape(40, -1), expected, atol=1e-5)


def test_the_posterior_mean_by_enumeration():
    """Of two images and three pixels, each likelihood by hand with scipy's normal."""
    from scipy.stats import norm

    clean = np.array([[0.0, 0.5, 1.0], [0.2, 0.5, 0.1]], np.float32).reshape(2, 1, 3, 1)
    noisy = np.array([0.0, 0.4, 1.0], np.float32).reshape(1, 1, 3, 1)
    method = made({"name": "posterior-mean", "level": 0.5})
    method.fit(clean, clean, np.random.default_rng(0))
    likelihood = [
        norm.cdf(-x[0] / 0.5) * norm.pdf(0.4, x[1], 0.5) * norm.sf(1, x[2], 0.5)
        for x in clean.reshape(2, 3).astype(float)
    ]
    weights = np.array(likelihood) / sum(likelihood)
    expected = weights @ clean.reshape(2, 3)
    np.testing.assert_allclose(method.denoise(noisy).ravel(), expected, rtol=1e-5)
    hot = made({"name": "posterior-mean", "temperature": 1e6})
    hot.fit(clean, clean, np.random.default_rng(0))
    np.testing.assert_allclose(hot.denoise(noisy)[0], clean.mean(axis=0), rtol=1e-4)


def test_the_posterior_mean_finds_what_it_knows():
    clean = spots(100, 0)
    method = made("posterior-mean")
    method.fit(clean, clean, np.random.default_rng(0))
    np.testing.assert_allclose(method.denoise(noised(clean, 1, 0.2)), clean, atol=0.01)


@pytest.mark.parametrize(
    "name", ["wiener-filter", "total-variation", "non-local-means", "wavelets"]
)
def test_filters_remove_noise_of_a_flat_image(name):
    flat = np.full((2, 28, 28, 1), 0.5, np.float32)
    noisy = (flat + 0.1 * np.random.default_rng(0).standard_normal(flat.shape)).astype(np.float32)
    assert np.std(made(name).denoise(noisy)) < 0.6 * np.std(noisy)
    # image by image, as if the other were not there
    np.testing.assert_allclose(
        made(name).denoise(noisy)[1:], made(name).denoise(noisy[1:]), atol=1e-6
    )
