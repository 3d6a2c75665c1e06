import keras
import pytest

from denoising.config.resolve import resolved_experiment
from denoising.model.build import build_autoencoder
from denoising.model.shapes import (
    MERGED_SHAPES,
    OUTPUT_SHAPES,
    ShapeError,
    format_shape,
    graph_shapes,
    has_bottleneck,
    has_lattice,
    nodes,
    output_shape,
    period,
    used_nodes,
    weights,
)

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
    _, *shapes = graph_shapes(resolved, (28, 28, 1)).values()
    assert [shape[0] for shape in shapes] == sides
    assert [shape[1] for shape in shapes] == sides


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
    ({"layer": "MaxPooling2D", "pool_size": [9, 8]}, (9, 8, 2)),
    ({"layer": "Conv2D", "filters": 4, "kernel_size": 3, "use_bias": False}, (9, 8, 2)),
    ({"layer": "AveragePooling2D", "pool_size": [2, 3], "padding": "same"}, (9, 8, 2)),
    ({"layer": "UpSampling2D", "size": [2, 3]}, (5, 4, 2)),
    ({"layer": "ZeroPadding2D", "padding": [1, 2]}, (5, 4, 2)),
    ({"layer": "ZeroPadding2D"}, (5, 4, 2)),
    ({"layer": "Cropping2D", "cropping": 1}, (5, 4, 2)),
    ({"layer": "Cropping2D"}, (5, 4, 2)),
    ({"layer": "Cropping2D", "cropping": [3, 2]}, (9, 8, 2)),
    ({"layer": "Conv2DTranspose", "filters": 3, "kernel_size": 2}, (5, 4, 2)),
    ({"layer": "Dense", "units": 7}, (5, 4, 2)),
    ({"layer": "Dense", "units": 7}, (40,)),
    ({"layer": "Flatten"}, (5, 4, 2)),
    ({"layer": "Reshape", "target_shape": [4, 10]}, (5, 4, 2)),
    ({"layer": "BatchNormalization"}, (5, 4, 2)),
    ({"layer": "LayerNormalization"}, (5, 4, 2)),
    ({"layer": "Dropout", "rate": 0.5}, (5, 4, 2)),
    ({"layer": "SpatialDropout2D", "rate": 0.5}, (5, 4, 2)),
    ({"layer": "GaussianNoise", "stddev": 0.5}, (5, 4, 2)),
    ({"layer": "Activation", "activation": "relu"}, (5, 4, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "shape"), LAYERS)
def test_every_layer_agrees_with_keras(layer, shape):
    arguments = {key: value for key, value in layer.items() if key != "layer"}
    built = getattr(keras.layers, layer["layer"])(**arguments)
    assert output_shape(layer, [shape]) == built(keras.Input(shape)).shape[1:]
    learned = built.trainable_weights  # running means and a seed's state are none
    assert weights(layer, [shape]) == sum(weight.numpy().size for weight in learned)


MERGED = [
    ("Concatenate", [(5, 4, 2), (5, 4, 3), (5, 4, 1)]),
    ("Concatenate", [(7,), (3,)]),
    *((kind, [(5, 4, 2), (5, 4, 2)]) for kind in MERGED_SHAPES),
    *((kind, [(5, 4, 2), (5, 1, 1)]) for kind in MERGED_SHAPES if kind != "Concatenate"),
    *((kind, [(1, 4, 2), (5, 1, 2)]) for kind in MERGED_SHAPES if kind != "Concatenate"),
    ("Add", [(5, 4, 2), (1, 4, 1), (5, 1, 2)]),
]


@pytest.mark.parametrize(("kind", "shapes"), MERGED)
def test_every_merging_layer_agrees_with_keras(kind, shapes):
    built = getattr(keras.layers, kind)()([keras.Input(shape) for shape in shapes])
    assert output_shape({"layer": kind}, shapes) == built.shape[1:]


def test_every_layer_of_the_vocabulary_is_tested():
    from denoising.config.schema import schema

    assert set(schema()["$defs"]["layers"]) == {*OUTPUT_SHAPES, *MERGED_SHAPES}
    assert {layer["layer"] for layer, _ in LAYERS} == set(OUTPUT_SHAPES)


@pytest.mark.parametrize(
    ("layer", "shape", "says"),
    [
        ({"layer": "Conv2D", "filters": 1, "kernel_size": 5}, (4, 4, 1), "does not fit into 4×4×1"),
        ({"layer": "MaxPooling2D", "pool_size": 5}, (4, 4, 1), "does not fit into 4×4×1"),
        (
            {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2},
            (16,),
            "Conv2DTranspose needs",
        ),
        ({"layer": "SpatialDropout2D", "rate": 0.5}, (16,), "SpatialDropout2D needs"),
        ({"layer": "Cropping2D", "cropping": [0, 2]}, (9, 4, 1), "leaves nothing of 9×4×1"),
        ({"layer": "MaxPooling2D"}, (12,), "needs rows×columns×channels, gets 12"),
        ({"layer": "Reshape", "target_shape": [3]}, (2, 2, 1), "cannot turn 2×2×1 into 3"),
        ({"layer": "Cropping2D", "cropping": 2}, (4, 4, 1), "leaves nothing of 4×4×1"),
        ({"layer": "Cropping2D", "cropping": [2, 0]}, (4, 9, 1), "leaves nothing of 4×9×1"),
        ({"layer": "Cropping2D", "cropping": [0, 2]}, (9, 3, 1), "leaves nothing of 9×3×1"),
        ({"layer": "Cropping2D", "cropping": 1}, (16,), "needs rows×columns×channels, gets 16"),
        ({"layer": "ZeroPadding2D"}, (16,), "needs rows×columns×channels, gets 16"),
        ({"layer": "UpSampling2D"}, (16,), "needs rows×columns×channels, gets 16"),
    ],
)
def test_what_does_not_fit_is_said(layer, shape, says):
    with pytest.raises(ShapeError, match=says):
        output_shape(layer, [shape])


@pytest.mark.parametrize(
    ("layer", "shapes", "says"),
    [
        ("Concatenate", [(4, 4, 1), (4, 5, 1)], "equal rows×columns, gets 4×4×1, 4×5×1"),
        ("Add", [(4, 4, 2), (4, 4, 3)], "Add needs equal shapes, gets 4×4×2, 4×4×3"),
        ("Add", [(4, 4, 2), (32,)], "as many axes, gets 4×4×2, 32"),
        ("Add", [(4, 4, 2)], "Add joins several layers: name them"),
        ("Subtract", [(4, 4, 2)] * 3, "Subtract takes two inputs, gets 3"),
        ("Flatten", [(4, 4, 2)] * 2, "Flatten takes one input, gets 2"),
    ],
)
def test_what_cannot_be_joined_is_said(layer, shapes, says):
    with pytest.raises(ShapeError, match=says):
        output_shape({"layer": layer}, shapes)


def test_format_shape():
    assert format_shape((28, 28, 1)) == "28×28×1"


def test_computed_shapes_are_those_of_the_built_model(config):
    architecture = resolved_experiment(config, "side-3")["architecture"]
    model = build_autoencoder(architecture, seed=0)
    shapes = graph_shapes(architecture, (28, 28, 1))
    assert {layer.name: layer.output.shape[1:] for layer in model.layers} == shapes


# --- graphs ---

CONV = {"layer": "Conv2D", "filters": 2, "kernel_size": 3, "padding": "same"}
U_NET = {
    "encoder": [{**CONV, "name": "fine"}, {"layer": "MaxPooling2D"}],
    "decoder": [
        {"layer": "UpSampling2D"},
        {"layer": "Concatenate", "inputs": ["fine", "decoder_1"]},
        {**CONV, "filters": 1},
        {"layer": "Subtract", "inputs": ["image", "decoder_3"]},
    ],
}
CHAIN = {"encoder": U_NET["encoder"], "decoder": [{"layer": "UpSampling2D"}, CONV]}


def test_a_graph_by_hand():
    assert [(node.name, node.inputs, node.key) for node in nodes(U_NET)] == [
        ("fine", ("image",), ("encoder", 0)),
        ("code", ("fine",), ("encoder", 1)),
        ("decoder_1", ("code",), ("decoder", 0)),
        ("decoder_2", ("fine", "decoder_1"), ("decoder", 1)),
        ("decoder_3", ("decoder_2",), ("decoder", 2)),
        ("decoder_4", ("image", "decoder_3"), ("decoder", 3)),
    ]
    assert graph_shapes(U_NET, (6, 8, 1)) == {
        "image": (6, 8, 1), "fine": (6, 8, 2), "code": (3, 4, 2), "decoder_1": (6, 8, 2),
        "decoder_2": (6, 8, 4), "decoder_3": (6, 8, 1), "decoder_4": (6, 8, 1),
    }  # fmt: skip


def test_the_layer_that_cannot_take_what_reaches_it_is_named():
    with pytest.raises(ShapeError, match="equal rows×columns") as error:
        graph_shapes(U_NET, (7, 8, 1))  # 7 → 3 → 6
    assert error.value.key == ("decoder", 1)


def with_decoder(*layers):
    return {"encoder": U_NET["encoder"], "decoder": list(layers)}


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        (CHAIN, True),
        (U_NET, False),  # by `fine` and by `image`
        (with_decoder({"layer": "UpSampling2D"},
                      {"layer": "Add", "inputs": ["decoder_1", "image"]}), False),
        (with_decoder({"layer": "UpSampling2D", "name": "up"}, CONV,
                      {"layer": "Add", "inputs": ["up", "decoder_2"]}), True),  # behind the code
        ({"encoder": [{**CONV, "name": "a"}, CONV, {"layer": "Add", "inputs": ["a", "encoder_2"]}],
          "decoder": [CONV]}, True),  # before it
    ],
)  # fmt: skip
def test_bottleneck(architecture, expected):
    assert has_bottleneck(architecture) is expected


def test_what_the_output_does_not_depend_on_is_not_used():
    assert used_nodes(U_NET) == {"image", *(node.name for node in nodes(U_NET))}
    aside = with_decoder(CONV, {**CONV, "inputs": ["fine"]})
    assert used_nodes(aside) == {"image", "fine", "decoder_2"}


UP = {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 3, "strides": 2}


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        (CHAIN, (2, 2)),
        (with_decoder(UP, {**UP, "strides": [3, 1]}, CONV), (6, 2)),
        (with_decoder(CONV), (1, 1)),
        (with_decoder({**UP, "strides": 1}), (1, 1)),
        # a dense layer gives each pixel weights of its own
        (with_decoder(UP, {"layer": "Flatten"}, {"layer": "Dense", "units": 48}), (1, 1)),
        (with_decoder({"layer": "Reshape", "target_shape": [3, 4, 2]}, UP), (2, 2)),
    ],
)
def test_positions_of_a_lattice(architecture, expected):
    assert period(architecture) == expected
    assert has_lattice(architecture) is (expected != (1, 1))


def test_past_a_skip_there_is_no_lattice():
    assert period(U_NET) == (2, 2)
    assert not has_lattice(U_NET)
