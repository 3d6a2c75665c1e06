import pytest

from denoising.config.resolve import resolved_experiment
from denoising.model.cost import (
    BACKWARD,
    IMAGE,
    PER_SECOND,
    START,
    STEP,
    operations,
    training_seconds,
)


def test_the_baseline_by_hand(config):
    """Positions × window × channels in × channels out, layer by layer."""
    by_hand = [
        26 * 26 * 9 * 1 * 32,
        11 * 11 * 9 * 32 * 32,
        5 * 5 * 64 * 32 * 32,  # transposed: of the input's positions
        14 * 14 * 9 * 32 * 32,
        14 * 14 * 4 * 32 * 1,
    ]
    settings = resolved_experiment(config, "baseline")
    assert operations(settings["architecture"]) == sum(by_hand)
    # 50 epochs of 10,000 images in batches of ten, and as many to validate
    passes = 10_000 * (1 + BACKWARD) + 10_000
    epoch = passes * sum(by_hand) / PER_SECOND + 1000 * STEP + 20_000 * IMAGE
    assert training_seconds(settings) == pytest.approx(START + 50 * epoch)


def test_dense_layers():
    architecture = {
        "input_shape": [2, 3, 1],
        "encoder": [{"layer": "Flatten"}, {"layer": "Dense", "units": 4}],
        "decoder": [
            {"layer": "Dense", "units": 6},
            {"layer": "Reshape", "target_shape": [2, 3, 1]},
        ],
    }
    assert operations(architecture) == 6 * 4 + 4 * 6


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        ({"layer": "Dense", "units": 5}, (2, 3, 7), 6 * 35),
        ({"layer": "MaxPooling2D"}, (4, 4, 2), 0),
        ({"layer": "Conv2D", "filters": 2, "kernel_size": [3, 1], "strides": 2}, (5, 5, 4), 144),
    ],
)
def test_one_layer(layer, shape, expected):
    architecture = {"input_shape": shape, "encoder": [layer], "decoder": []}
    assert operations(architecture) == expected


def test_a_skip_brings_channels():
    """3×3 from 1 to 2 channels; then, of the 2 and the image's 1, 3×3 from 3 channels to 1."""
    convolution = {"layer": "Conv2D", "kernel_size": 3, "padding": "same"}
    architecture = {
        "input_shape": (5, 4, 1),
        "encoder": [{**convolution, "filters": 2}],
        "decoder": [
            {"layer": "Concatenate", "inputs": ["image", "code"]},
            {**convolution, "filters": 1},
        ],
    }
    assert operations(architecture) == 5 * 4 * 9 * (1 * 2 + 3 * 1)
