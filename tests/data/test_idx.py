import hashlib
import json
import struct

import numpy as np
import pytest

from denoising.data.idx import (
    NO_LABELS,
    clean_images,
    held_out_images,
    labels_of,
    parse_idx,
    read_idx,
    sha256,
)
from denoising.errors import LabError
from denoising.files import Damaged


def idx(array: np.ndarray) -> bytes:
    """Write the format as its specification says."""
    header = struct.pack(">BBBB", 0, 0, 0x08, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()


def fetched(folder, **files):
    """A data set's folder as fetching leaves it."""
    sums = {}
    for key, content in files.items():
        key = key.replace("_", "-")
        (folder / f"{key}.idx").write_bytes(content)
        if content != NO_LABELS:
            sums[key] = hashlib.sha256(content).hexdigest()
    (folder / "source.json").write_text(json.dumps({"sha256": sums}))
    return folder


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
    path = fetched(tmp_path, images=idx(images)) / "images.idx"
    clean = clean_images(path, 2, (2, 2, 1))
    assert clean.dtype == np.float32
    assert clean.shape == (2, 2, 2, 1)
    np.testing.assert_allclose(clean[0, :, :, 0], [[0, 1], [0.2, 0.4]], rtol=1e-6)


def test_images_after_those_that_are_skipped(tmp_path):
    images = np.arange(5)[:, None, None] * np.full((2, 2), 51)
    path = fetched(tmp_path, images=idx(images)) / "images.idx"
    taken = clean_images(path, 2, (2, 2, 1), skip=1)[:, 0, 0, 0]
    np.testing.assert_allclose(taken, [0.2, 0.4], rtol=1e-6)
    held_out = held_out_images(path, 2, 1 + 2, (2, 2, 1))[:, 0, 0, 0]
    np.testing.assert_allclose(held_out, [0.6, 0.8], rtol=1e-6)
    with pytest.raises(LabError, match="holds 5 images"):
        clean_images(path, 2, (2, 2, 1), skip=4)


@pytest.mark.parametrize(("count", "shape"), [(4, (2, 2, 1)), (1, (3, 2, 1))])
def test_clean_images_refuses_what_is_not_there(tmp_path, count, shape):
    path = fetched(tmp_path, images=idx(np.zeros((3, 2, 2)))) / "images.idx"
    with pytest.raises(LabError, match="holds 3 images"):
        clean_images(path, count, shape)


def test_sha256_of_nothing():
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_real_mnist_begins_with_a_seven(mnist):
    labels = parse_idx((mnist / "test-labels.idx").read_bytes())
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert clean_images(mnist / "test-images.idx", 10000, (28, 28, 1)).max() == 1


@pytest.mark.parametrize("at", [0, 3, 20, -1])
def test_any_byte_that_is_not_what_was_fetched_is_noticed(tmp_path, at):
    path = fetched(tmp_path, images=idx(np.ones((3, 2, 2)))) / "images.idx"
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"images\.idx: is not what was written .* set aside"):
        read_idx(path)
    assert not path.exists()  # fetched again


def test_labels_cut_with_a_header_that_matches_are_noticed(tmp_path):
    labels = np.arange(10)
    folder = fetched(tmp_path, labels=idx(labels), images=idx(np.zeros((10, 2, 2))))
    (folder / "labels.idx").write_bytes(idx(labels[:5]))
    with pytest.raises(Damaged, match=r"labels\.idx"):
        labels_of(folder / "labels.idx", folder / "images.idx", 5)


def test_nobody_knows_what_was_fetched(tmp_path):
    path = fetched(tmp_path, images=idx(np.ones((3, 2, 2)))) / "images.idx"
    (tmp_path / "source.json").unlink()
    with pytest.raises(Damaged, match=r"source\.json: is missing"):
        read_idx(path)


@pytest.mark.parametrize("count", [0, 1, 9, 11])
def test_a_set_has_a_label_for_each_image_or_none(tmp_path, count):
    content = idx(np.zeros(count)) if count else NO_LABELS
    folder = fetched(tmp_path, test_labels=content, images=idx(np.zeros((10, 2, 2))))
    paths = (folder / "test-labels.idx", folder / "images.idx")
    if count:
        with pytest.raises(LabError, match="needed is one for each of 10 images"):
            labels_of(*paths, 1)  # a test on one image alone
    else:
        assert labels_of(*paths, 5).shape == (0,)
