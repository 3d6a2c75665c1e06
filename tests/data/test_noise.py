import numpy as np
import pytest
from scipy.stats import norm, poisson

from denoising.data.noise import add_noise
from denoising.data.noises import NOISES
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


def corrupted(clean, **noise):
    return add_noise(np.asarray(clean, np.float32), noise, generator(0, "train noise"))


@pytest.mark.parametrize("kind", NOISES.names())
def test_what_every_noise_keeps(kind):
    """Range, type, shape; the first images of a longer set are those of a shorter one."""
    settings = {"kind": kind, **({"level": 0.5} if kind == "gaussian" else {})}
    clean = np.random.default_rng(0).random((12, 9, 7, 3), dtype=np.float32)
    noisy = corrupted(clean, **settings)
    assert noisy.dtype == np.float32
    assert noisy.shape == (12, 9, 7, 3 + NOISES.entries[kind].channels)
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert not np.array_equal(noisy, clean)
    np.testing.assert_array_equal(corrupted(clean[:5], **settings), noisy[:5])
    np.testing.assert_array_equal(noisy, corrupted(clean, **NOISES.resolve(settings)))


def test_gaussian_noise_is_the_write_ups_line():
    clean = np.random.default_rng(3).random((4, 28, 28, 1), dtype=np.float32)
    normal = generator(7, "train noise").standard_normal(clean.shape, dtype=np.float32)
    expected = np.clip(clean + np.float32(0.5) * normal, 0.0, 1.0)
    found = add_noise(clean, {"kind": "gaussian", "level": 0.5}, generator(7, "train noise"))
    np.testing.assert_array_equal(found, expected)


def test_salt_and_pepper_replace_a_share_in_all_channels():
    noisy = corrupted(np.full((50, 40, 40, 3), 0.5), kind="salt-and-pepper", amount=0.4, salt=0.25)
    assert np.ptp(noisy, axis=-1).max() == 0
    assert np.mean(noisy == 1) == pytest.approx(0.1, abs=0.005)
    assert np.mean(noisy == 0) == pytest.approx(0.3, abs=0.005)
    assert set(np.unique(noisy)) == {0, 0.5, 1}


def test_salt_and_pepper_at_the_ends():
    assert (
        corrupted(np.full((9, 9, 9, 1), 0.5), kind="salt-and-pepper", amount=1, salt=1).min() == 1
    )
    assert (
        corrupted(np.full((9, 9, 9, 1), 0.5), kind="salt-and-pepper", amount=0).tolist()
        == np.full((9, 9, 9, 1), 0.5).tolist()
    )


def test_masking_loses_a_share():
    noisy = corrupted(np.full((50, 40, 40, 1), 0.5), kind="masking", amount=0.3)
    assert np.mean(noisy == 0) == pytest.approx(0.3, abs=0.005)
    assert set(np.unique(noisy)) == {0, 0.5}


def test_speckle_leaves_black_alone_and_grows_with_brightness():
    assert not corrupted(np.zeros((5, 5, 5, 1)), kind="speckle", level=1).any()
    for value in (0.2, 0.4):
        noisy = corrupted(np.full((50, 40, 40, 1), value), kind="speckle", level=0.1)
        assert noisy.std() == pytest.approx(0.1 * value, rel=0.02)
        assert noisy.mean() == pytest.approx(value, rel=0.01)


def test_poisson_counts_photons():
    noisy = corrupted(np.full((50, 40, 40, 1), 0.5), kind="poisson", peak=8)
    for count in range(8):
        expected = poisson.pmf(count, 4)
        assert np.mean(noisy == np.float32(count / 8)) == pytest.approx(expected, abs=0.005)


def test_blur_spreads_a_point_and_keeps_its_sum():
    clean = np.zeros((2, 31, 31, 2), np.float32)
    clean[0, 15, 15, 0] = 1
    blurred = corrupted(clean, kind="blur", sigma=2)
    assert blurred[0, ..., 0].sum() == pytest.approx(1, rel=1e-3)
    assert blurred[0, 15, 17, 0] / blurred[0, 15, 15, 0] == pytest.approx(
        norm.pdf(1) / norm.pdf(0), rel=1e-3
    )
    assert not blurred[0, ..., 1].any()
    assert not blurred[1].any()


def test_a_mixture_has_a_level_for_each_image():
    clean = np.full((400, 20, 20, 1), 0.5, np.float32)
    noisy = corrupted(clean, kind="gaussian-mixture", low=0.02, high=0.1)
    levels = noisy.std(axis=(1, 2, 3))
    assert 0.015 < levels.min() < 0.03
    assert 0.09 < levels.max() < 0.11
    assert levels.mean() == pytest.approx(0.06, abs=0.004)  # uniform between them


def test_the_level_is_told_beside_the_same_noise():
    clean = np.full((30, 20, 20, 2), 0.5, np.float32)
    told = corrupted(clean, kind="gaussian-told", low=0.02, high=0.1)
    np.testing.assert_array_equal(
        told[..., :2], corrupted(clean, kind="gaussian-mixture", low=0.02, high=0.1)
    )
    level = told[..., 2]
    assert (level == level[:, :1, :1]).all()
    np.testing.assert_allclose(level[:, 0, 0], told[..., :2].std(axis=(1, 2, 3)), rtol=0.15)
