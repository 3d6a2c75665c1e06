"""Hostile configurations: sound ones with mistakes put in, and ones made up from the schema."""

import json
import math
from copy import deepcopy
from functools import reduce

from conftest import ROOT
from hypothesis import strategies as st

from denoising.config.check import check
from denoising.config.keras_names import names
from denoising.config.load import load
from denoising.config.plan import plan
from denoising.config.read import unfit
from denoising.config.resolve import data_slug, expanded, noise_slug, resolved_experiment
from denoising.config.schema import schema
from denoising.config.studies import enabled_runs
from denoising.data.noises import NOISES
from denoising.methods import METHODS
from denoising.model.shapes import graph_shapes

CONVOLUTION = {"layer": "Conv2D", "filters": 2, "kernel_size": 3, "padding": "same"}
# Small, and with something of all that a configuration can say.
SMALL = {
    "results": "results/small",
    "seeds": [0, 1],
    "defaults": {
        "data": {"dataset": "own", "train": 100, "test": 20, "validation": 30},
        "noise": {"kind": "gaussian", "level": 0.5},
        "architecture": "plain",
        "optimizer": {"name": "adam", "learning_rate": 1e-3, "clipnorm": 1.0},
        "loss": {"name": "mean_squared_error"},
        "training": {"epochs": 2, "batch_size": 10, "shuffle": True,
                     "early_stopping": {"patience": 3, "min_delta": 0.1}},
    },
    "experiments": {
        "a": {"title": {"en": "A", "zh": "甲"}, "reported": 0.5},
        "b": {"optimizer": {"name": "sgd", "momentum": 0.9, "learning_rate": {
                  "name": "cosine_decay", "initial_learning_rate": 0.1, "warmup_steps": 3}},
              "loss": {"name": "huber", "delta": 0.5}, "alternative_to": "a", "seeds": [3]},
        "c": {"architecture": "graph", "output": {"use_bias": False, "activation": "sigmoid"}},
        "d": {"method": {"name": "median-filter", "size": 3}, "noise": {"kind": "masking"}},
        "e": {"architecture": "dense", "loss": {"name": "binary_crossentropy", "axis": -1}},
    },
    "variants": {"x": {"of": ["a", "b"], "title": "X", "output": {"activation": "linear"}}},
    "studies": {
        "one": {"title": "One", "question": "?", "experiments": ["a", "b", "c", "d", "e"],
                "pairs": "first", "error_limit": 0.5},
    },
    "architectures": {
        "plain": {
            "layer_defaults": {"Conv2D": {"activation": "relu"}},
            "encoder": [{**CONVOLUTION, "kernel_regularizer": {"name": "l1", "l1": 0.1}}, {"layer": "MaxPooling2D"}],
            "decoder": [{"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2}],
        },
        "graph": {
            "encoder": [{**CONVOLUTION, "name": "fine"}, {"layer": "AveragePooling2D", "pool_size": [2, 2]}],
            "decoder": [
                {"layer": "UpSampling2D"},
                {"layer": "Concatenate", "inputs": ["fine", "decoder_1"]},
                {"layer": "BatchNormalization"},
                {"layer": "Dropout", "rate": 0.1},
                {**CONVOLUTION, "filters": 1},
            ],
        },
        "dense": {
            "encoder": [{"layer": "Flatten"}, {"layer": "Dense", "units": 8}],
            "decoder": [{"layer": "Dense", "units": 64, "activation": "sigmoid"},
                        {"layer": "Reshape", "target_shape": [8, 8, 1]}],
        },
    },
    "datasets": {
        "own": {"shape": [8, 8, 1], "train": 200, "test": 50, "folder": "own",
                "files": {part: {"name": part, "sha256": "0" * 64} for part in
                          ("train-images", "train-labels", "test-images", "test-labels")}},
    },
}  # fmt: skip
VALUES = [
    None, True, False, 0, 1, -1, 2, 3, 10, 28, 0.0, 0.5, -0.5, 1e-300, 1e300, math.inf, -math.inf, math.nan,
    2**31, 10**9, 10**30, 10**400, "", "x", "a", "A", "a\n", "é", "\ud800", "\0", "$\\nosuch$", "\u202eb", "a" * 300,
    "../x", "con", "1", "none", "softmax", "relu", "zeros", "results", "test", [], [1], [2, 2], [[1]], ["a"], ["a", "a"],
    list(range(5000)), {}, {"name": "x"}, {"name": "l2", "l2": -1}, {"x": None}, {"en": "A"}, {"fr": "A"},
]  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-2, 10),
    st.floats(-2, 2),
    st.sampled_from([v for v in VALUES if not isinstance(v, dict | list)]),
)


LIKELY = st.sampled_from([0.1, 0.5, 0.9, 0.001, 1.0, 2, 3])


def mostly(*likely):
    """Draw one of these, and now and then anything."""
    return st.integers(0, 11).flatmap(lambda n: NUMBERS if n == 11 else likely[n % len(likely)])


def paths(place, at=()):
    """Every path into a configuration."""
    for key, part in place.items() if isinstance(place, dict) else enumerate(place):
        yield (*at, key)
        if isinstance(part, dict | list):
            yield from paths(part, (*at, key))


@st.composite
def mutated(draw, base):
    """One to three leaves replaced, deleted, renamed, doubled, or put where another stood."""
    config = deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        known = list(paths(config))
        *at, key = draw(st.sampled_from(known))
        place = reduce(lambda part, step: part[step], at, config)
        what = draw(st.sampled_from(["replace", "replace", "delete", "rename", "another", "scale"]))
        if what == "replace":
            place[key] = deepcopy(draw(st.sampled_from(VALUES)))
        elif what == "delete":
            del place[key]
        elif what == "another":
            other = draw(st.sampled_from(known))
            place[key] = deepcopy(reduce(lambda part, step: part[step], other, config))
        elif what == "scale" and isinstance(place[key], int | float):
            place[key] *= draw(st.sampled_from([-1, 0, 10, 1000, 10**6, 0.5]))
        elif what == "rename" and isinstance(key, str):
            names_near = [key + "x", key.upper(), key + "\n", "title", "name", 1, "nul", key[:-1]]
            place[draw(st.sampled_from(names_near))] = place.pop(key)
    return config


def _chosen(section):
    """Something of Keras with some of its arguments, likely and unlikely values."""
    known = names()[section]

    def arguments(name):
        keys = st.lists(st.sampled_from([*known[name], "nonsense"]), unique=True, max_size=3)
        return keys.flatmap(
            lambda some: st.fixed_dictionaries(
                {"name": st.just(name), **dict.fromkeys(some, NUMBERS)}
            )
        )

    return st.sampled_from(sorted(known)).flatmap(arguments)


KEEP_SHAPE = [
    "Activation",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "GaussianNoise",
    "LayerNormalization",
    "SpatialDropout2D",
]


@st.composite
def _layer(draw, kinds):
    kind = draw(st.sampled_from(kinds))
    rules = schema()["$defs"]["layers"][kind]
    layer = {"layer": kind, **({"padding": "same"} if kind == "Conv2D" else {})}
    for key in rules["properties"]:
        if key in rules.get("required", ()) or draw(st.integers(0, 3)) == 0:
            layer[key] = draw(_argument(key))
    return layer


def _argument(key):
    if key == "target_shape":
        return st.sampled_from([[8, 8, 1], [64], [4, 4, 4], [2, 2]])
    if key == "activation":
        return st.sampled_from([None, *names()["activations"]])
    if key.endswith("_initializer"):
        return mostly(st.sampled_from(list(names()["initializers"])), _chosen("initializers"))
    if key.endswith("_regularizer"):
        return mostly(st.none(), _chosen("regularizers"))
    if key == "padding":
        return st.sampled_from(["same", "same", "valid", 1, [0, 2]])
    if key in ("use_bias", "interpolation"):
        return st.sampled_from([True, False, "nearest", "bilinear"])
    if key in ("rate", "stddev", "momentum", "epsilon"):
        return mostly(st.just(0.1), st.just(0.5))
    return st.sampled_from([1, 1, 2, 3, 4, 8, 64, [1, 2], [2, 2], 70000])


@st.composite
def made_up(draw):
    """A configuration whose architecture, optimizer, loss, noise and method are drawn from the schema."""
    config = deepcopy(SMALL)
    keeps = draw(st.booleans())  # the shape of the image, so that more are sound
    layers = st.lists(
        _layer(KEEP_SHAPE if keeps else sorted(schema()["$defs"]["layers"])), max_size=4
    )
    last = {
        "layer": "Conv2D",
        "filters": 1,
        "kernel_size": 1,
        "activation": draw(_argument("activation")),
    }
    config["architectures"]["own"] = {
        "encoder": [*draw(layers), {**CONVOLUTION, "filters": draw(st.integers(1, 4))}],
        "decoder": [*draw(layers), *([last] if keeps or draw(st.booleans()) else [])],
    }
    own = {"architecture": draw(st.sampled_from(["own", "own", "plain", "graph", "dense"]))}
    if draw(st.booleans()):
        own["optimizer"] = draw(_chosen("optimizers"))
    if draw(st.booleans()):
        own["loss"] = draw(_chosen("losses"))
    if draw(st.booleans()):
        own["training"] = {
            key: draw(NUMBERS)
            for key in draw(st.sets(st.sampled_from(["epochs", "batch_size", "shuffle"])))
        }
    for section, registry in (("noise", NOISES), ("method", METHODS)):
        if section == "noise" or draw(st.integers(0, 3)) == 0:
            name = draw(st.sampled_from(registry.names()))
            rules = registry.rules()[name]["properties"]
            own[section] = {
                registry.key: name,
                **{key: draw(mostly(st.just(1), st.just(0.5))) for key in rules},
            }
    if "method" in own and own["method"]["name"] != "autoencoder":
        own = {key: own[key] for key in ("noise", "method")}
    config["experiments"]["own"] = own
    return config


def configurations():
    """Hostile ones of every kind, most of them small."""
    shipped = load([ROOT / "config" / "config.yaml"])
    return st.one_of(mutated(SMALL), made_up(), mutated(SMALL), made_up(), mutated(shipped))


def admissible(config):
    """Look at a configuration as a rebuild does before its first job.

    Returns
    -------
    list of dict, or None
        The resolved experiments; None where it is refused, in plain lines.

    Raises
    ------
    AssertionError
        If it is neither refused nor sound.
    """
    lines = list(unfit(config)) or check(config)
    if lines:
        assert all(
            "\n" not in line and line.isprintable() and len(line) < 2000 for line in lines
        ), lines
        return None
    whole = expanded(config)
    resolved = [resolved_experiment(whole, name) for name in whole["experiments"]]
    document = plan(whole, enabled_runs(whole), {}, {})
    json.dumps([resolved, document], allow_nan=False, ensure_ascii=False).encode()
    for settings in resolved:
        name = f"{settings['experiment']}-0123456789ab.json"
        for folder in (name, data_slug(settings["data"]), noise_slug(settings["noise"])):
            assert len(folder.encode()) < 256 and "/" not in folder and folder.isprintable(), folder
        if "architecture" in settings:
            noisy = tuple(settings["architecture"]["input_shape"])
            clean = tuple(settings["architecture"].get("output_shape", noisy))
            shapes = list(graph_shapes(settings["architecture"], noisy).values())
            assert shapes[-1] == clean and min(map(min, shapes)) >= 1, shapes
    return resolved
