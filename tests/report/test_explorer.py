import base64
import io

import numpy as np
import pandas as pd
from PIL import Image

from denoising.evidence.runs import middle_runs
from denoising.report.explorer import rounded, sprite, tile


def opened(address):
    head, _, content = address.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("L"))


def test_the_run_in_the_middle():
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "a", "b", "b", "c"], "status": [*["completed"] * 4, "dead", "dead"],
         "relative_error_first10": [0.9, 0.3, 0.5, 0.4, 0.1, 1.0]}
    )  # fmt: skip
    assert middle_runs(runs) == {"a": 2, "b": 3, "c": 5}
    two = runs[runs["experiment"] == "a"].drop(index=2)
    assert middle_runs(two) == {"a": 1}  # the lower of two


def test_images_stand_twenty_in_a_row():
    images = np.zeros((21, 2, 3, 1))
    images[1], images[20] = 1, 0.5
    laid = opened(sprite(images))
    assert laid.shape == (2 * 2, 20 * 3)
    assert (laid[:2, 3:6] == 255).all()
    assert (np.abs(laid[2:, :3].astype(int) - 127.5) < 10).all()  # of 16 greys
    assert laid.sum() == laid[:2, 3:6].sum() + laid[2:, :3].sum()


def test_what_is_no_number_or_out_of_range_is_shown_as_black_or_white():
    laid = opened(sprite(np.array([np.full((2, 2, 1), np.nan), np.full((2, 2, 1), 7.0)])))
    assert laid[0, 0] == 0
    assert laid[0, 2] == 255


def test_one_image():
    image = np.linspace(0, 1, 6).reshape(2, 3, 1)
    np.testing.assert_array_equal(opened(tile(image)), np.rint(image[..., 0] * 255))


def test_colours_are_kept():
    red = np.zeros((1, 2, 2, 3))
    red[..., 0] = 1
    content = base64.b64decode(sprite(red).partition(",")[2])
    assert Image.open(io.BytesIO(content)).convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    content = base64.b64decode(tile(red[0]).partition(",")[2])
    assert Image.open(io.BytesIO(content)).convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def test_numbers_are_short():
    assert rounded([0.123456, float("nan"), float("inf")]) == [0.1235, None, None]
