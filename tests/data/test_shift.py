import numpy as np
from scipy.ndimage import shift

from denoising.data.shift import shifted


def test_each_image_is_moved_and_black_enters():
    images = np.random.default_rng(0).random((40, 6, 5, 2), dtype=np.float32)
    found = shifted(images, 1, np.random.default_rng(1))
    ways = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    taken = set()
    for image, moved in zip(images, found, strict=True):
        match = [way for way in ways if np.array_equal(shift(image, (*way, 0), order=0), moved)]
        assert len(match) == 1
        taken.update(match)
    assert taken == set(ways)


def test_no_shift_is_the_same():
    images = np.random.default_rng(0).random((3, 4, 4, 1), dtype=np.float32)
    np.testing.assert_array_equal(shifted(images, 0, np.random.default_rng(0)), images)
