import pytest
from cost import multiply_adds

from denoising.config.resolve import resolved_experiment


def test_baseline_by_hand(config):
    architecture = resolved_experiment(config, "baseline")["architecture"]
    assert multiply_adds(architecture, (28, 28, 1)) == (
        26 * 26 * 3 * 3 * 1 * 32
        + 11 * 11 * 3 * 3 * 32 * 32
        + 5 * 5 * 8 * 8 * 32 * 32
        + 14 * 14 * 3 * 3 * 32 * 32
        + 14 * 14 * 2 * 2 * 32 * 1
    )


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        ({"layer": "Dense", "units": 5}, (7,), 35),
        ({"layer": "Dense", "units": 5}, (2, 3, 7), 6 * 35),
        ({"layer": "MaxPooling2D"}, (4, 4, 2), 0),
        ({"layer": "Conv2D", "filters": 2, "kernel_size": [3, 1], "strides": 2}, (5, 5, 4), 144),
    ],
)
def test_one_layer(layer, shape, expected):
    assert multiply_adds({"encoder": [layer], "decoder": []}, shape) == expected


def test_a_skip_brings_channels():
    """3×3 from 1 to 2 channels; then, of the 2 and the image's 1, 3×3 from 3 channels to 1."""
    convolution = {"layer": "Conv2D", "kernel_size": 3, "padding": "same"}
    architecture = {
        "encoder": [{**convolution, "filters": 2}],
        "decoder": [
            {"layer": "Concatenate", "inputs": ["image", "code"]},
            {**convolution, "filters": 1},
        ],
    }
    assert multiply_adds(architecture, (5, 4, 1)) == 5 * 4 * 9 * (1 * 2 + 3 * 1)
