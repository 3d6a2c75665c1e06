import numpy as np
import pytest

from denoising import methods
from denoising.methods.fitting import Affine, candidates, choose, fitted
from denoising.methods.noisy_input import noisy_input

SHAPE = (8, 8, 1)


def pair(count, seed):
    draw = np.random.default_rng(seed)
    clean = draw.random((count, *SHAPE), dtype=np.float32)
    return 0.25 + 0.5 * clean, clean


def draw():
    return np.random.default_rng(0)


def test_the_affine_correction_undoes_what_is_affine():
    noisy, clean = pair(20, 0)
    method = fitted({"name": "noisy-input", "affine": True}, lambda: (noisy, clean), draw)
    np.testing.assert_allclose(method.denoise(noisy), clean, atol=1e-5)
    assert (method.slope, method.offset) == (pytest.approx(2), pytest.approx(-0.5))
    assert method.parameters == 2


def test_the_affine_correction_is_numpys_least_squares():
    noisy, clean = (np.random.default_rng(n).random((9, *SHAPE), dtype=np.float32) for n in (0, 1))
    found = Affine(methods.Filter(noisy_input, {}), noisy, clean)
    slope, offset = np.polyfit(noisy.ravel(), clean.ravel(), 1)
    assert (found.slope, found.offset) == (
        pytest.approx(slope, rel=1e-4),
        pytest.approx(offset, rel=1e-4),
    )


def test_of_a_flat_output_the_mean_is_best():
    noisy, clean = pair(5, 0)
    found = Affine(methods.build({"name": "black"}), noisy, clean)
    np.testing.assert_allclose(found.denoise(noisy), clean.mean(), rtol=1e-6)


def test_every_combination_is_tried():
    settings = {"name": "x", "a": [1, 2], "b": 3, "c": ["p", "q"]}
    assert list(candidates(settings)) == [
        {"name": "x", "a": a, "b": 3, "c": c} for a in (1, 2) for c in ("p", "q")
    ]


def test_the_best_on_the_held_out_images_comes_first():
    _, clean = pair(6, 1)
    settings = methods.resolve({"name": "gaussian-filter", "sigma": [3, 0.01, 1]})
    tried = choose(settings, lambda: (clean, clean), (clean, clean), draw)
    assert [choice.settings["sigma"] for choice in tried] == [0.01, 1.0, 3.0]  # nothing to remove
    errors = [choice.held_out_error for choice in tried]
    assert errors == sorted(errors)
    assert errors[0] < 1e-3


def test_nothing_is_fitted_on_the_held_out_images():
    train, held_out = pair(6, 0), pair(4, 1)
    settings = methods.resolve({"name": "linear-bottleneck", "numbers": [1, 2]})
    one, two = (
        choose(settings, lambda: train, (held_out[0], clean), draw)
        for clean in (held_out[1], held_out[1][::-1].copy())
    )
    first, second = (
        {c.settings["numbers"]: fitted(c.settings, lambda: train, draw) for c in tried}
        for tried in (one, two)
    )
    for numbers in (1, 2):
        np.testing.assert_array_equal(first[numbers].map, second[numbers].map)
