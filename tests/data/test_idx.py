import struct

import numpy as np
import pytest

from denoising.data.idx import clean_images, parse_idx, sha256
from denoising.errors import LabError


def idx(array: np.ndarray) -> bytes:
    """Write the format as its specification says."""
    header = struct.pack(">BBBB", 0, 0, 0x08, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()


def test_parse_idx_reads_sizes_and_data():
    array = np.arange(24).reshape(2, 3, 4)
    np.testing.assert_array_equal(parse_idx(idx(array)), array)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no IDX file"),
        (b"<html>", "is no IDX file"),
        (bytes([0, 0, 0x0D, 1]) + bytes(8), "is no IDX file"),
        (idx(np.zeros((2, 3)))[:-1], "does not fit its header"),
        (idx(np.zeros((2, 3))) + b"x", "does not fit its header"),
        (bytes([0, 0, 8, 3, 0, 0]), "ends within its header"),
    ],
)
def test_parse_idx_refuses(content, says):
    with pytest.raises(LabError, match=says):
        parse_idx(content, "some file")


def test_clean_images_are_the_first_ones_scaled(tmp_path):
    images = np.array([[[0, 255], [51, 102]], [[255, 255], [0, 0]], [[1, 2], [3, 4]]])
    path = tmp_path / "images.idx"
    path.write_bytes(idx(images))
    clean = clean_images(path, 2, (2, 2, 1))
    assert clean.dtype == np.float32
    assert clean.shape == (2, 2, 2, 1)
    np.testing.assert_allclose(clean[0, :, :, 0], [[0, 1], [0.2, 0.4]], rtol=1e-6)


@pytest.mark.parametrize(("count", "shape"), [(4, (2, 2, 1)), (1, (3, 2, 1))])
def test_clean_images_refuses_what_is_not_there(tmp_path, count, shape):
    path = tmp_path / "images.idx"
    path.write_bytes(idx(np.zeros((3, 2, 2))))
    with pytest.raises(LabError, match="holds 3 images"):
        clean_images(path, count, shape)


def test_sha256_of_nothing():
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_real_mnist_begins_with_a_seven(mnist):
    labels = parse_idx((mnist / "test-labels.idx").read_bytes())
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert clean_images(mnist / "test-images.idx", 10000, (28, 28, 1)).max() == 1
