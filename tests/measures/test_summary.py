import dataclasses

import numpy as np
import pandas as pd
import pytest

from denoising.measures.measure import Measured
from denoising.measures.summary import images_table, status, summary


def history(*losses):
    return pd.DataFrame({"loss": losses, "val_loss": losses})


def measured(errors, decoded=0.5, history=None, **columns):
    """A run whose images have these errors."""
    shape = (len(errors), 2, 2, 1)
    clean = np.full(shape, 0.5, np.float32)
    columns = {"mse": 0.0, "psnr": 10.0, "ssim": 0.5, "edge_ratio": 1.0, **columns}
    images = pd.DataFrame({"relative_error": errors, **columns})
    decoded = np.full(shape, decoded, np.float32)
    return Measured(clean, clean * np.float32(0.5), decoded, images, decoded[:10], history)


@pytest.mark.parametrize(
    ("losses", "decoded", "errors", "expected"),
    [
        ((0.2, 0.1), 0.5, [0.3, 0.4], "completed"),
        ((0.2, 0.1), 0.0, [1.0, 1.0], "dead"),
        ((0.2, np.nan), 0.5, [0.3, 0.4], "diverged"),
        ((0.2, np.inf), 0.5, [0.3, 0.4], "diverged"),
        ((0.2, 0.1), np.nan, [np.nan] * 2, "diverged"),
        ((0.2, 0.1), 0.25, [0.5, 0.5], "not-better"),  # the noisy input's error is 0.5
        ((0.2, 0.1), 0.25, [0.49, 0.5], "completed"),
        ((0.2, 0.1), 0.25, [0.1, np.nan], "completed"),  # a black clean image has no error
    ],
)
def test_status(losses, decoded, errors, expected):
    assert status(measured(errors, decoded, history(*losses))) == expected


def test_status_of_a_training_that_changed_nothing():
    run = measured([0.1], history=history(0.2))
    assert status(dataclasses.replace(run, unchanged=True)) == "unchanged"


@pytest.mark.parametrize(("error", "expected"), [(0.99, "completed"), (1.0, "not-better")])
@pytest.mark.parametrize("noisy", [0.5, 2.0])
def test_black_is_the_bound_where_the_input_is_clean_or_worse_than_black(noisy, error, expected):
    run = measured([error], history=history(0.2))
    run = dataclasses.replace(run, noisy=run.clean + (noisy - 0.5))  # off by 0, or by three whites
    assert status(run) == expected


def test_a_method_without_training_is_never_held_against_its_input():
    assert status(measured([2.0])) == "completed"


def test_summary_by_hand():
    errors = np.arange(1, 21) / 20  # 0.05 … 1.00; the first ten are on average 0.275
    result = summary(measured(errors, history=history(0.3, 0.2)))
    assert result["status"] == "not-better"  # 0.525; the noisy images have 0.5
    assert result["relative_error_first10_max"] == 0.5
    assert result["relative_error_first10"] == pytest.approx(0.275)
    assert result["relative_error"] == pytest.approx(0.525)
    assert result["relative_error_sd"] == pytest.approx(np.sqrt(35) / 20)  # of 1 … 20, over n − 1
    assert result["relative_error_quantiles"]["0.5"] == pytest.approx(0.525)
    assert result["share_under_limit"] == pytest.approx(9 / 20)  # 0.50 itself is not under
    assert (result["epochs"], result["images"], result["val_loss"]) == (2, 20, 0.2)
    assert result["relative_error_noisy"] == pytest.approx(0.5)
    assert result["relative_error_other_noise"] == 0
    assert result["slip"] == pytest.approx(128 / 255 / 0.5 - 1)  # all images are alike; 8 bits
    assert result["images_without_error"] == 0
    assert result["ssim_window"] == 1  # the largest odd side that fits into 2×2 pixels


def test_images_without_an_error_are_in_no_average():
    run = measured([np.nan, 0.2, 0.4, *[0.6] * 9])
    run.clean[0] = 0
    result = summary(run)
    assert result["images_without_error"] == 1
    assert result["relative_error"] == pytest.approx((0.6 + 9 * 0.6) / 11)
    assert result["relative_error_first10"] == pytest.approx((0.6 + 7 * 0.6) / 9)
    assert result["share_under_limit"] == pytest.approx(2 / 11)
    assert result["relative_error_noisy"] == pytest.approx(0.5)


def test_a_method_without_training_has_no_losses_and_may_be_black():
    result = summary(measured([1.0] * 12, decoded=0))
    assert result["status"] == "completed"
    assert result["epochs"] is result["loss"] is result["val_loss"] is result["roughness"] is None


def test_a_diverged_run_has_no_numbers_but_its_inputs():
    result = summary(measured([np.nan] * 20, decoded=np.nan, history=history(np.nan)))
    assert result["status"] == "diverged"
    assert result["relative_error"] is result["psnr"] is result["slip"] is result["loss"] is None
    assert set(result["relative_error_quantiles"].values()) == {None}
    assert result["relative_error_noisy"] == pytest.approx(0.5)


def test_images_csv_keeps_few_digits():
    images = pd.DataFrame(
        {"relative_error": [0.123456789, np.nan], "ssim": [0.98765, 1], "psnr": 1}
    )
    table = images_table(images, np.array([7, 3], np.uint8))
    assert table.to_csv() == "image,label,relative_error\n0,7,0.123\n1,3,\n"
    assert "label" not in images_table(images, None)
