import numpy as np

from denoising.measures.pictures import pictured, pictures, read_pictures, seen


def test_the_first_ten_the_best_and_the_worst():
    errors = np.full(300, 0.5)
    errors[200:215] = np.arange(15) / 100  # the best five are 200 … 204
    errors[250:270] = np.arange(20) + 1  # the worst five are 265 … 269
    errors[290] = np.nan
    expected = [*range(10), *range(200, 205), *range(265, 270)]
    assert pictured(errors).tolist() == expected


def test_of_equals_the_first_is_better():
    assert pictured(np.full(130, 0.5)).tolist() == [*range(10), *range(125, 130)]


def test_few_images_are_all_there():
    assert pictured(np.arange(5.0)).tolist() == [0, 1, 2, 3, 4]


def test_pictures_are_in_eight_bits():
    clean = np.linspace(0, 1, 12, dtype=np.float32).reshape(1, 2, 2, 3)
    found = pictures(clean, clean + 1, clean * np.nan, np.array([np.nan]))
    assert found["index"].tolist() == [0]
    assert (found["noisy"] == 255).all()
    assert not found["decoded"].any()
    np.testing.assert_array_equal(found["clean"], np.rint(255 * clean))
    assert all(found[name].shape == clean.shape for name in ("clean", "noisy", "decoded"))


def test_two_channels_are_red_and_green_and_of_many_the_first_three_are_seen(tmp_path):
    pixels = np.arange(5, dtype=np.uint8) * 51  # of one pixel
    for channels, expected in ((1, [0]), (2, [0, 51, 0]), (3, [0, 51, 102]), (5, [0, 51, 102])):
        found = seen(pixels[None, None, None, :channels])
        assert (found[0, 0, 0] * 255).tolist() == expected


def test_pictures_are_read_as_they_were_written(tmp_path):
    clean = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 2, 2, 1)
    np.savez(tmp_path / "pictures.npz", **pictures(clean, 1 - clean, clean / 2, np.arange(3.0)))
    found = read_pictures(tmp_path).only([2, 7])
    assert found.index.tolist() == [2]
    np.testing.assert_allclose(found.clean[0], clean[2], atol=1 / 255)
    np.testing.assert_allclose(found.noisy[0], 1 - clean[2], atol=1 / 255)
    np.testing.assert_allclose(found.decoded[0], clean[2] / 2, atol=1 / 255)
