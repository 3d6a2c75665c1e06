import numpy as np

from denoising.measures.pictures import pictured, pictures


def test_the_first_hundred_the_best_and_the_worst():
    errors = np.full(300, 0.5)
    errors[200:215] = np.arange(15) / 100  # the best ten are 200 … 209
    errors[250:270] = np.arange(20) + 1  # the worst ten are 260 … 269
    errors[290] = np.nan
    expected = [*range(100), *range(200, 210), *range(260, 270)]
    assert pictured(errors).tolist() == expected


def test_of_equals_the_first_is_better():
    assert pictured(np.full(130, 0.5)).tolist() == [*range(100), *range(120, 130)]


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
