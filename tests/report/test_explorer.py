import base64
import io

import numpy as np
import pandas as pd
from PIL import Image

from denoising.report.explorer import chosen_images, rounded, sprite, tile


def opened(address):
    head, _, content = address.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("L"))


def test_the_first_hundred_and_the_extremes_are_chosen():
    extremes = pd.DataFrame({"image": [7, 9000, 123]})
    assert chosen_images(extremes, 10_000) == [*range(100), 123, 9000]
    assert chosen_images(extremes[:1], 50) == list(range(50))


def test_images_stand_twenty_in_a_row():
    images = np.zeros((21, 2, 3))
    images[1], images[20] = 1, 0.5
    laid = opened(sprite(images))
    assert laid.shape == (2 * 2, 20 * 3)
    assert (laid[:2, 3:6] == 255).all()
    assert (np.abs(laid[2:, :3].astype(int) - 127.5) < 10).all()  # of 16 greys
    assert laid.sum() == laid[:2, 3:6].sum() + laid[2:, :3].sum()


def test_what_is_no_number_or_out_of_range_is_shown_as_black_or_white():
    laid = opened(sprite(np.array([np.full((2, 2), np.nan), np.full((2, 2), 7.0)])))
    assert laid[0, 0] == 0
    assert laid[0, 2] == 255


def test_one_image():
    image = np.linspace(0, 1, 6).reshape(2, 3)
    np.testing.assert_array_equal(opened(tile(image)), np.rint(image * 255))


def test_numbers_are_short():
    assert rounded([0.123456, float("nan"), float("inf")]) == [0.1235, None, None]
