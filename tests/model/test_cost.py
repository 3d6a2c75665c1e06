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
