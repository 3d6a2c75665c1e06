import numpy as np
import pandas as pd
import pytest
from skimage.filters import gaussian
from skimage.metrics import structural_similarity

from denoising.measures.metrics import (
    edge_energy,
    image_metrics,
    relative_error,
    roughness,
    status,
    summary,
)


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


def test_an_empty_clean_image_is_no_crash():
    assert np.isinf(relative_error(np.zeros((1, 4)), np.ones((1, 4))))[0]


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


def history(*losses):
    return pd.DataFrame({"loss": losses, "val_loss": losses})


@pytest.mark.parametrize(
    ("losses", "decoded", "expected"),
    [
        ((0.2, 0.1), [0.0, 0.5], "completed"),
        ((0.2, 0.1), [0.0, 0.0], "dead"),
        ((0.2, np.nan), [0.0, 0.5], "diverged"),
        ((0.2, np.inf), [0.0, 0.5], "diverged"),
        ((0.2, 0.1), [np.nan, 0.5], "diverged"),
    ],
)
def test_status(losses, decoded, expected):
    assert status(history(*losses), np.array(decoded)) == expected


def test_summary_by_hand():
    errors = np.arange(1, 21) / 20  # 0.05 … 1.00; the first ten are on average 0.275
    images = pd.DataFrame({"relative_error": errors, "psnr": 10.0, "ssim": 0.5, "edge_ratio": 1.0})
    result = summary(images, history(0.3, 0.2), "completed")
    assert result["relative_error_first10_max"] == 0.5
    assert result["relative_error_first10"] == pytest.approx(0.275)
    assert result["relative_error"] == pytest.approx(0.525)
    assert result["relative_error_sd"] == pytest.approx(np.sqrt(35) / 20)  # of 1 … 20, over n − 1
    assert result["relative_error_quantiles"]["0.5"] == pytest.approx(0.525)
    assert result["share_under_limit"] == pytest.approx(9 / 20)  # 0.50 itself is not under
    assert (result["epochs"], result["images"], result["val_loss"]) == (2, 20, 0.2)


def test_a_diverged_run_has_no_numbers():
    images = pd.DataFrame(
        {"relative_error": [np.nan] * 20, "psnr": np.nan, "ssim": np.nan, "edge_ratio": np.nan}
    )
    result = summary(images, history(np.nan), "diverged")
    assert result["status"] == "diverged"
    assert result["relative_error"] is None
    assert set(result["relative_error_quantiles"].values()) == {None}
