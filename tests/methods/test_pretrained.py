import numpy as np
import pytest

from denoising.methods.pretrained import Pretrained, offsets


class Model:
    """Multiplies each pixel by its row's number: what is moved is treated otherwise."""

    def predict(self, images, batch_size, verbose):
        return images * np.arange(1, images.shape[1] + 1)[:, None, None]


def denoised(shifts, images):
    method = Pretrained("other", shifts)
    method.model = Model()
    return method.denoise(images)


def test_without_shifts_it_is_the_model_alone():
    images = np.random.default_rng(0).random((2, 4, 3, 1), np.float32)
    assert denoised(0, images) == pytest.approx(images * np.arange(1, 5)[:, None, None])


def test_what_was_moved_is_moved_back_and_averaged():
    """Row i is multiplied by i + 1, and by i or i + 2 where it was moved up or down."""
    images = np.ones((1, 4, 3, 1), np.float32)
    found = denoised(1, images)[0, :, 1, 0]
    # still and to either side: 3 × (i + 1); moved by a row: i and i + 2, where they are in the image
    expected = [(3 * 1 + 2) / 4, (3 * 2 + 1 + 3) / 5, (3 * 3 + 2 + 4) / 5, (3 * 4 + 3) / 4]
    assert found == pytest.approx(expected)


def test_shifts():
    assert sorted(offsets(1)) == [(-1, 0), (0, -1), (0, 0), (0, 1), (1, 0)]
    assert len(offsets(2)) == 13
    assert offsets(0) == [(0, 0)]
