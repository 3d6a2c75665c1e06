import keras
import pytest

from denoising.config.resolve import resolved_experiment
from denoising.model.build import build_autoencoder
from denoising.model.shapes import ShapeError, format_shape, stack_shapes

# Side lengths as the write-up lists them (3×3 filters: 28 → 26, pooling: 26 → 13, …).
WRITEUP = {
    "side-5": [26, 13, 11, 5, 16, 14, 28],
    "side-4": [24, 12, 8, 4, 14, 28],
    "side-3": [24, 12, 6, 3, 12, 9, 18, 14, 28],
    "side-1": [21, 10, 3, 1, 8, 6, 16, 14, 28],
}


@pytest.mark.parametrize(("architecture", "sides"), WRITEUP.items())
def test_write_ups_side_lengths(config, architecture, sides):
    name = next(
        n
        for n, e in config["experiments"].items()
        if e.get("architecture", "side-5") == architecture
    )
    resolved = resolved_experiment(config, name)["architecture"]
    shapes = stack_shapes([*resolved["encoder"], *resolved["decoder"]], (28, 28, 1))
    assert [shape[0] for shape in shapes[1:]] == sides
    assert [shape[1] for shape in shapes[1:]] == sides


LAYERS = [
    ({"layer": "Conv2D", "filters": 4, "kernel_size": 3}, (9, 8, 2)),
    ({"layer": "Conv2D", "filters": 4, "kernel_size": [3, 2], "strides": [2, 3]}, (9, 8, 2)),
    ({"layer": "Conv2D", "filters": 4, "kernel_size": 4, "strides": 2, "padding": "same"},
     (9, 8, 2)),
    ({"layer": "Conv2DTranspose", "filters": 3, "kernel_size": 2, "strides": 2}, (5, 4, 2)),
    ({"layer": "Conv2DTranspose", "filters": 3, "kernel_size": [5, 1], "strides": 3}, (5, 4, 2)),
    ({"layer": "Conv2DTranspose", "filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"},
     (5, 4, 2)),
    ({"layer": "MaxPooling2D"}, (9, 8, 2)),
    ({"layer": "MaxPooling2D", "pool_size": 3, "strides": 1}, (9, 8, 2)),
    ({"layer": "AveragePooling2D", "pool_size": [2, 3], "padding": "same"}, (9, 8, 2)),
    ({"layer": "UpSampling2D", "size": [2, 3]}, (5, 4, 2)),
    ({"layer": "ZeroPadding2D", "padding": [1, 2]}, (5, 4, 2)),
    ({"layer": "Cropping2D", "cropping": 1}, (5, 4, 2)),
    ({"layer": "Dense", "units": 7}, (5, 4, 2)),
    ({"layer": "Dense", "units": 7}, (40,)),
    ({"layer": "Flatten"}, (5, 4, 2)),
    ({"layer": "Reshape", "target_shape": [4, 10]}, (5, 4, 2)),
    ({"layer": "BatchNormalization"}, (5, 4, 2)),
    ({"layer": "Dropout", "rate": 0.5}, (5, 4, 2)),
    ({"layer": "Activation", "activation": "relu"}, (5, 4, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "shape"), LAYERS)
def test_every_layer_agrees_with_keras(layer, shape):
    arguments = {key: value for key, value in layer.items() if key != "layer"}
    built = getattr(keras.layers, layer["layer"])(**arguments)(keras.Input(shape))
    assert stack_shapes([layer], shape)[-1] == built.shape[1:]


def test_every_layer_of_the_vocabulary_is_tested():
    from denoising.config.schema import schema
    from denoising.model.shapes import OUTPUT_SHAPES

    assert set(schema()["$defs"]["layers"]) == set(OUTPUT_SHAPES)
    assert {layer["layer"] for layer, _ in LAYERS} == set(OUTPUT_SHAPES)


@pytest.mark.parametrize(
    ("layer", "shape", "says"),
    [
        ({"layer": "Conv2D", "filters": 1, "kernel_size": 5}, (4, 4, 1), "does not fit into 4×4×1"),
        ({"layer": "MaxPooling2D"}, (12,), "needs rows×columns×channels, gets 12"),
        ({"layer": "Reshape", "target_shape": [3]}, (2, 2, 1), "cannot turn 2×2×1 into 3"),
        ({"layer": "Cropping2D", "cropping": 2}, (4, 4, 1), "leaves nothing of 4×4×1"),
    ],
)
def test_what_does_not_fit_is_said(layer, shape, says):
    with pytest.raises(ShapeError, match=says):
        stack_shapes([layer], shape)


def test_format_shape():
    assert format_shape((28, 28, 1)) == "28×28×1"


def test_computed_shapes_are_those_of_the_built_model(config):
    architecture = resolved_experiment(config, "side-3")["architecture"]
    model = build_autoencoder(architecture, seed=0)
    shapes = stack_shapes([*architecture["encoder"], *architecture["decoder"]], (28, 28, 1))
    assert [layer.output.shape[1:] for layer in model.layers] == shapes
