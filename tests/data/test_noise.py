import numpy as np
from scipy.stats import norm

from denoising.data.noise import add_noise
from denoising.seeds import generator

GAUSSIAN = {"kind": "gaussian", "level": 0.5}


def noisy(value, count=20000, seed=0, stream="train noise"):
    clean = np.full((count, 2, 2, 1), value, np.float32)
    return add_noise(clean, GAUSSIAN, generator(seed, stream))


def test_range_and_type():
    result = noisy(0.5)
    assert result.dtype == np.float32
    assert result.min() == 0
    assert result.max() == 1


def test_distribution_before_clipping_is_normal():
    # Of 0.5 + 0.5 N(0, 1) the part below 0 is Φ(−1), and as much is above 1.
    result = noisy(0.5)
    assert abs(np.mean(result == 0) - norm.cdf(-1)) < 0.005
    assert abs(np.mean(result == 1) - norm.cdf(-1)) < 0.005
    assert abs(np.mean(result < 0.75) - norm.cdf(0.5)) < 0.005


def test_same_seed_same_noise_and_other_streams_other_noise():
    first = noisy(0.5, 10)
    np.testing.assert_array_equal(first, noisy(0.5, 10))
    assert not np.array_equal(first, noisy(0.5, 10, seed=1))
    assert not np.array_equal(first, noisy(0.5, 10, stream="test noise"))


def test_fewer_images_get_the_same_noise():
    np.testing.assert_array_equal(noisy(0.5, 10), noisy(0.5, 30)[:10])


def test_level_zero_changes_nothing():
    clean = np.linspace(0, 1, 8, dtype=np.float32).reshape(2, 2, 2, 1)
    same = add_noise(clean, {"kind": "gaussian", "level": 0}, generator(0, "train noise"))
    np.testing.assert_array_equal(same, clean)
