import io

import numpy as np
import pytest
from PIL import Image

from denoising.measures.codes import (
    Range,
    bits_ratio,
    code_errors,
    code_range,
    encoded,
    format_reference,
    formats_table,
    from_sheet,
    image_errors,
    quantise,
    sheet,
    stored,
)


def test_two_bits_by_hand():
    """Four values over 0 … 3: the whole numbers; what lies outside is clipped."""
    codes = np.array([-1, 0.2, 0.6, 1.4, 2.4, 2.6, 9], np.float32)
    assert quantise(codes, 2, Range(0, 3)).tolist() == [0, 0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 6, 8])
def test_error_is_at_most_half_a_step_and_there_are_so_many_values(bits):
    codes = np.linspace(-1, 3, 10_001, dtype=np.float32)
    found = quantise(codes, bits, code_range(codes))
    assert len(np.unique(found)) == 2**bits
    assert np.abs(found - codes).max() <= 4 / (2**bits - 1) / 2 + 1e-6
    assert found.dtype == np.float32


def test_quantising_again_changes_nothing():
    codes = np.random.default_rng(0).random((5, 4), dtype=np.float32)
    once = quantise(codes, 3, Range(0, 1))
    np.testing.assert_array_equal(quantise(once, 3, Range(0, 1)), once)


def test_a_code_that_never_changes():
    codes = np.zeros((3, 2), np.float32)
    np.testing.assert_array_equal(quantise(codes, 4, code_range(codes)), codes)


@pytest.mark.parametrize(
    ("elements", "bits", "expected"),
    [(800, 32, 4.0816), (800, 8, 1.0204), (512, 8, 0.6531), (32, 32, 0.1633), (32, 2, 0.0102)],
)
def test_bits_over_bits_of_the_write_ups_codes(elements, bits, expected):
    """5 × 5 × 32 = 800 numbers of 32 bits are four times the 784 × 8 bits of the image."""
    assert bits_ratio(elements, bits, 784) == pytest.approx(expected, abs=1e-4)


def digit():
    image = np.zeros((28, 28), np.uint8)
    image[5:20, 12:15] = 255
    return image


def test_png_is_lossless():
    size, decoded = encoded(digit(), "PNG")
    np.testing.assert_array_equal(decoded, digit())
    assert 50 < size < 784


@pytest.mark.parametrize("kind", ["JPEG", "WebP"])
def test_less_quality_is_smaller_and_worse(kind):
    rough, fine = (encoded(digit(), kind, quality) for quality in (5, 90))
    assert rough[0] < fine[0]
    errors = [np.square(decoded.astype(float) - digit()).sum() for _, decoded in (rough, fine)]
    assert errors[0] > errors[1]


def test_reference_over_images():
    images = np.stack([digit(), digit().T])[..., None].astype(np.float32) / 255
    size, decoded = format_reference(images, "PNG")
    np.testing.assert_allclose(decoded, images, atol=1e-6)
    assert size == np.mean([encoded(digit(), "PNG")[0], encoded(digit().T, "PNG")[0]])


def test_floats_keep_their_precision():
    codes = np.array([1 / 3, 1000.1], np.float32)
    np.testing.assert_array_equal(stored(codes, 32, Range(0, 1)), codes)  # and nothing is clipped
    half = stored(codes, 16, Range(0, 1))
    np.testing.assert_array_equal(half, np.array([0.33325195, 1000.0], np.float32))
    assert half.dtype == np.float32
    assert stored(codes, 2, Range(0, 1)).tolist() == pytest.approx([1 / 3, 1])


def test_a_sheet_and_back():
    images = np.arange(5 * 2 * 3, dtype=np.float32).reshape(5, 2, 3, 1)
    laid = sheet(images)
    assert laid.shape == (1, 2 * 2, 3 * 3, 1)  # three in a row, two rows, one place empty
    np.testing.assert_array_equal(laid[0, :2, 3:6, 0], images[1, ..., 0])
    assert not laid[0, 2:, 6:].any()
    np.testing.assert_array_equal(from_sheet(laid, images.shape), images)


@pytest.fixture
def spots():
    """Twelve images of which the first is black; pixels are multiples of 1/255."""
    pixels = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 3))
    pixels[0] = 0
    return (pixels / 255).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 3])
def test_formats_of_grey_and_colour(spots, channels):
    images = spots[..., :channels]
    table = formats_table(images)
    assert table.groupby("files").size().to_dict() == {"each": 6, "sheet": 6}
    png = table[table["format"] == "PNG"].set_index("files")
    assert png["quality"].isna().all()
    assert png[["first", "all", "most", "every"]].max(axis=None) < 1e-6
    files = [io.BytesIO() for _ in images]
    for file, image in zip(files, images, strict=True):
        pixels = np.rint(255 * image).astype(np.uint8)
        Image.fromarray(pixels.squeeze()).save(file, "PNG", optimize=True)
    size = np.mean([len(file.getvalue()) for file in files])
    assert png.loc["each", "bytes"] == pytest.approx(size)
    assert png.loc["each", "bits_ratio"] == pytest.approx(size / (8 * 8 * channels))  # 8 bits each
    assert png.loc["sheet", "bytes"] < size  # one heading for all
    jpeg = table[(table["format"] == "JPEG") & (table["files"] == "each")].set_index("quality")
    assert jpeg["all"].is_monotonic_decreasing  # better quality, less error
    assert jpeg["bytes"].is_monotonic_increasing
    assert np.isfinite(jpeg["all"]).all()  # the black one does not count


def test_formats_of_a_few_images_by_hand():
    """Lossless on a sheet of 2 × 2 with one place empty."""
    images = np.eye(4, dtype=np.float32).reshape(1, 4, 4, 1).repeat(3, axis=0)
    table = formats_table(images).set_index(["format", "files"])
    sheet = np.zeros((8, 8), np.uint8)
    for row, column in ((0, 0), (0, 4), (4, 0)):
        sheet[row : row + 4, column : column + 4] = 255 * np.eye(4)
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, "PNG", optimize=True)
    assert table.loc[("PNG", "sheet"), "bytes"].item() == pytest.approx(len(file.getvalue()) / 3)


@pytest.mark.parametrize("channels", [2, 4])
def test_no_common_format_holds_other_channels(channels):
    table = formats_table(np.ones((12, 8, 8, channels), np.float32))
    assert table.empty
    assert list(table.columns) == [
        "format", "quality", "files", "bytes", "bits_ratio", "first", "all", "most", "every",
    ]  # fmt: skip


def test_colour_comes_back_as_it_was():
    image = np.zeros((16, 16, 3), np.uint8)
    image[4:12, 4:12] = (200, 30, 90)
    _, decoded = encoded(image, "PNG")
    np.testing.assert_array_equal(decoded, image)
    _, decoded = encoded(image, "JPEG", 95)
    assert decoded.shape == image.shape
    assert np.abs(decoded[7, 7].astype(int) - image[7, 7]).max() < 15


def test_errors_by_each_meaning():
    errors = np.r_[np.full(10, 0.6), np.full(190, 0.4)]
    expected = {"first": 0.6, "all": 0.41, "most": 0.41, "every": 0.6}
    assert image_errors(errors, 10) == pytest.approx(expected)


def test_codes_in_fewer_bits_by_hand():
    """The code is the image itself, its range 0 … 1: in 2 bits 0.4 becomes ⅓; black images do not count."""
    train = np.array([0, 1], np.float32).reshape(2, 1, 1, 1)
    test = np.full((12, 2, 2, 1), 0.4, np.float32)
    clean = test.copy()
    clean[0] = 0
    table = code_errors(lambda x: x, lambda x: x, train, test, clean).set_index("bits")
    assert table.index.tolist() == [32, 16, 8, 6, 4, 3, 2]
    assert not table.loc[[32, 4]][["first", "all"]].gt(1e-6).any(axis=None)  # 6/15 is 0.4
    assert table.loc[2].tolist() == pytest.approx([(0.4 - 1 / 3) / 0.4] * 4)
