import numpy as np
import pytest
from skimage.filters import gaussian
from skimage.metrics import normalized_root_mse, structural_similarity

from denoising.measures.metrics import (
    MEASURES,
    edge_energy,
    edge_ratio,
    eight_bits,
    not_black,
    relative_error,
    roughness,
    ssim,
    ssim_window,
)
from denoising.measures.summary import image_metrics


def test_relative_error_by_hand():
    clean = np.array([[3.0, 4.0], [0.0, 2.0], [1.0, 0.0]])  # norms 5, 2, 1
    decoded = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 1.0]])  # differences 0, 2, √2
    np.testing.assert_allclose(relative_error(clean, decoded), [0, 1, np.sqrt(2)])


def test_relative_error_is_the_appendixs_formula():
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 3, 28, 28, 1), dtype=np.float32)
    expected = [
        np.linalg.norm(a.reshape(28, 28) - b.reshape(28, 28)) / np.linalg.norm(a.reshape(28, 28))
        for a, b in zip(x, y, strict=True)
    ]
    np.testing.assert_allclose(relative_error(x, y), expected, rtol=1e-6)


def test_relative_error_is_the_fields_nrmse():
    x, y = np.random.default_rng(1).random((2, 3, 9, 7, 3))
    expected = [normalized_root_mse(a, b) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(relative_error(x, y), expected)


def test_a_black_clean_image_has_no_relative_error_and_no_edge_ratio():
    black, white = np.zeros((2, 3, 3, 1)), np.ones((2, 3, 3, 1))
    assert np.isnan(relative_error(black, white)).all()
    assert np.isnan(relative_error(black, black)).all()
    assert np.isnan(edge_ratio(white, black)).all()  # white has no edges either
    assert not_black(np.concatenate([black, white])).tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("side", "window"), [(28, 11), (11, 11), (10, 9), (8, 7), (3, 3), (2, 1), (1, 1)]
)
def test_ssims_window_is_the_largest_odd_one_that_fits(side, window):
    assert ssim_window((side, 28, 1)) == ssim_window((28, side, 3)) == window
    x, y = np.random.default_rng(0).random((2, 2, side, 28, 3), dtype=np.float32)
    assert np.isfinite(ssim(x, y)).all()
    np.testing.assert_allclose(ssim(x, x), 1)


@pytest.mark.parametrize("shape", [(28, 28, 1), (16, 13, 3)])
def test_ssim_is_scikit_images(shape):
    x, y = np.random.default_rng(0).random((2, 700, *shape), dtype=np.float32)
    expected = [
        structural_similarity(
            a, b, data_range=1, channel_axis=-1,
            gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        )
        for a, b in zip(x, y, strict=True)
    ]  # fmt: skip
    np.testing.assert_allclose(ssim(x, y), expected, rtol=1e-6)


def test_ssim_in_a_small_window_by_its_definition():
    """One window covers the image: the index of Wang et al. with Gaussian weights of σ = 0.9."""
    x, y = np.random.default_rng(0).random((2, 7, 7))
    at = np.exp(-(np.arange(-3, 4) ** 2) / (2 * 0.9**2))
    w = np.outer(at, at) / at.sum() ** 2
    mx, my = (w * x).sum(), (w * y).sum()
    vx, vy, vxy = (w * x * x).sum() - mx**2, (w * y * y).sum() - my**2, (w * x * y).sum() - mx * my
    c1, c2 = 0.01**2, 0.03**2
    expected = (2 * mx * my + c1) * (2 * vxy + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    assert ssim(x[None, ..., None], y[None, ..., None])[0] == pytest.approx(expected)


def test_eight_bits():
    shown = eight_bits(np.array([-1, 0, 0.5, 1, 2, np.nan, np.inf]))
    assert shown.dtype == np.uint8
    assert shown.tolist() == [0, 0, 128, 255, 255, 0, 255]


def test_every_measure_is_described():
    for name, measure in MEASURES.found.items():
        assert measure.name == name
        assert set(measure.head) == set(measure.title) == {"en", "zh"}, name
        assert measure.better in ("lower", "higher", None)
        assert set(measure.tables) <= {"runs", "experiments", "comparisons"}
    assert [m.name for m in MEASURES.of("comparisons")] == [
        "relative_error",
        "relative_error_first10",
    ]
    assert "loss" not in {m.name for m in MEASURES.of("runs")}  # the name of the loss stands there
    with pytest.raises(ValueError, match="twice"):
        MEASURES.register("psnr", head={}, title={})(len)


def test_image_metrics_by_hand():
    clean = np.zeros((1, 12, 12, 1), np.float32)
    clean[0, 6, 6] = 1
    decoded = clean.copy()
    decoded[0, 0, 0] = 0.5
    row = image_metrics(clean, decoded).iloc[0]
    assert row["mse"] == pytest.approx(0.25 / 144)
    assert row["psnr"] == pytest.approx(10 * np.log10(144 / 0.25))
    assert row["relative_error"] == pytest.approx(0.5)
    expected = structural_similarity(
        clean[0, :, :, 0], decoded[0, :, :, 0], data_range=1,
        gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
    )  # fmt: skip
    assert row["ssim"] == pytest.approx(expected)


def test_edge_energy_by_hand():
    image = np.array([[0, 1], [3, 3]], np.float32).reshape(1, 2, 2, 1)
    assert edge_energy(image).tolist() == [1 + 0 + 9 + 4]  # along the rows, along the columns


def test_a_blurred_image_has_less_edge_energy():
    image = np.zeros((1, 15, 15, 1))
    image[0, 6:9, 6:9] = 1
    blurred = gaussian(image, sigma=(0, 1, 1, 0))
    assert image_metrics(image, blurred)["edge_ratio"][0] < 0.7


def test_roughness_by_hand():
    assert roughness([1, 0.5, 0.25, 0.125]) == pytest.approx(0)
    assert roughness(np.exp([0.0, -1.0, -1.0, -3.0])) == pytest.approx((1 + 2) / 2)
    assert np.isnan(roughness([1, 0.5]))


def test_a_perfect_image():
    image = np.random.default_rng(0).random((1, 12, 12, 1), dtype=np.float32)
    row = image_metrics(image, image).iloc[0]
    assert (row["relative_error"], row["mse"], row["ssim"]) == (0, 0, pytest.approx(1))
    assert row["psnr"] == np.inf
