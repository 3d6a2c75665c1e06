import pytest

from denoising.rebuild.needs import (
    data_needs,
    evaluation_needs,
    image_megabytes,
    training_needs,
)

MNIST = (28, 28, 1)
LAYERS = {
    "input_shape": MNIST,
    "encoder": [{"layer": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "same"}],
    "decoder": [{"layer": "Conv2D", "filters": 1, "kernel_size": 3, "padding": "same"}],
}


def run(train=10_000, test=10_000, validation="test", epochs=50, **more):
    data = {"train": train, "test": test, "validation": validation}
    training = {"epochs": epochs, "batch_size": 10}
    return {"data": data, "training": training, "architecture": LAYERS, **more}


def test_images_are_counted_clean_and_noisy():
    assert image_megabytes(run(), MNIST) == 126  # 2 × 20,000 × 784 × 4 bytes = 125.44 MB
    held_out = run(50_000, 10_000, 10_000)
    assert image_megabytes(held_out, MNIST) == 440  # 2 × 70,000 × 3,136 = 439.04 MB
    assert image_megabytes(run(100, 10), (64, 64, 3)) == 11  # 2 × 110 × 49,152 = 10.8 MB


@pytest.mark.parametrize(
    ("images", "measured"),  # /proc's peak of trainings, MB
    [((10_000, 10_000, "test"), 908), ((59_000, 10_000, 1000), 2084)],
)
def test_memory_is_what_was_measured_and_at_most_three_times_as_much(images, measured):
    assert measured * 1.2 < training_needs(run(*images), MNIST).memory < measured * 3


def test_time_follows_epochs_and_images():
    one, twice = (training_needs(run(epochs=n), MNIST).minutes - 10 for n in (500, 1000))
    assert twice == pytest.approx(2 * one, rel=0.1)
    half = training_needs(run(train=5000, test=5000, epochs=1000), MNIST).minutes - 10
    assert half == pytest.approx(one, rel=0.1)


def test_what_is_not_trained_is_given_time_to_be_fitted():
    method = {key: value for key, value in run().items() if key in ("data",)}
    assert evaluation_needs(method, MNIST).minutes > evaluation_needs(run(), MNIST).minutes


def test_data_need_memory_for_a_few_copies_of_themselves():
    # measured: 718 MB at its peak for 440 MB of images
    assert 718 < data_needs(440).memory < 4 * 718
    assert data_needs(440).disk >= 440
