"""What is said of real photographs, and of some that nobody would take for one."""

import numpy as np
import pytest
from skimage import data, transform

from denoising.cleaning.doubts import correlation, doubts, specks

GENERATOR = np.random.default_rng(0)
CAMERA = data.camera() / 255


def noisy(picture, sigma):
    return np.clip(picture + sigma / 255 * GENERATOR.normal(size=picture.shape), 0, 1)


@pytest.mark.parametrize("sigma", [5, 15, 25, 50, 75])
def test_white_noise_on_a_photograph_is_no_doubt(sigma):
    assert list(doubts(noisy(CAMERA, sigma), sigma / 255, 0.3)) == []


def test_stronger_noise_than_was_trained():
    [said] = doubts(noisy(CAMERA, 90), 90 / 255, 0.3)
    assert said.startswith("its noise (σ = 90 of 255) is stronger") and "(76)" in said


def test_resized_noise():
    larger = transform.resize(noisy(CAMERA, 25)[:200, :200], (400, 400), order=1)
    [said] = doubts(larger, 25 / 255, 0.3)
    assert "alike in neighbouring pixels" in said


def test_salt_and_pepper():
    picture, chance = CAMERA.copy(), GENERATOR.random(CAMERA.shape)
    picture[chance < 0.02], picture[chance > 0.98] = 0, 1
    [said] = doubts(picture, 0.1, 0.3)
    assert "median filter" in said
    assert specks(noisy(CAMERA, 75)) == 0


def test_drawings_and_thumbnails():
    [said] = doubts(np.kron(np.eye(8), np.ones((8, 8))), 0.1, 0.3)
    assert "fewer than 32 shades" in said
    [said] = doubts(np.zeros((10, 300)), 0.1, 0.3)
    assert "fewer than 16 pixels" in said


def test_white_noise_has_no_correlation():
    assert correlation(GENERATOR.normal(size=(300, 300))) == pytest.approx(0, abs=0.1)
    assert correlation(np.ones((50, 50))) == 0
