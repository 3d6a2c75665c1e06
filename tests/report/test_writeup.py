import copy

import pytest

from denoising.config.resolve import resolved_experiment
from denoising.report.procedure import changed_procedure
from denoising.report.writeup import EXPERIMENTS


@pytest.fixture(scope="module")
def settings(config):
    return {name: resolved_experiment(config, name) for name in EXPERIMENTS}


def changed(settings, name, *path, to):
    """Write-up's experiments of which one has another value somewhere."""
    found = copy.deepcopy(settings)
    part = found[name]
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = to
    return changed_procedure(found)


def test_the_configuration_is_the_write_ups(config, settings):
    reported = [name for name, one in config["experiments"].items() if "reported" in one]
    assert reported == list(EXPERIMENTS)
    assert changed_procedure(settings) == {}


@pytest.mark.parametrize(
    ("name", "path", "to", "expected"),
    [
        ("sgd", ("optimizer", "learning_rate"), 0.1, {"optimizer.learning_rate": {"0.1": ["sgd"]}}),
        ("sgd", ("optimizer", "momentum"), 0.9, {"optimizer.momentum": {"0.9": ["sgd"]}}),
        ("sgd", ("loss", "name"), "huber", {"loss.name": {"huber": ["sgd"]}}),
        ("side-3", ("architecture", "decoder", 1, "filters"), 8, {"layers": {"side-3": ["side-3"]}}),
        ("side-1", ("architecture", "encoder", 0, "padding"), "same",
         {"layers": {"side-1": ["side-1"]}}),
        ("baseline", ("architecture", "decoder", -1, "activation"), "sigmoid",
         {"layers": {"side-5": ["baseline"]}}),
        ("baseline", ("training", "early_stopping"), {"patience": 3},
         {"training.early_stopping": {'{"patience": 3}': ["baseline"]}}),
        ("baseline", ("noise", "level"), 0.3, {"noise.level": {"0.3": ["baseline"]}}),
    ],
)  # fmt: skip
def test_what_is_otherwise_is_found(settings, name, path, to, expected):
    assert changed(settings, name, *path, to=to) == expected


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("optimizer", "beta_1"), 0.9),
        (("loss", "reduction"), "sum_over_batch_size"),
        (("architecture", "encoder", 0, "strides"), 1),
        (("architecture", "encoder", 0, "kernel_size"), [3, 3]),
        (("architecture", "encoder", 1, "strides"), [2, 2]),
        (("architecture", "encoder", 0, "name"), "first"),
    ],
)
def test_saying_what_keras_does_anyway_changes_nothing(settings, path, to):
    assert changed(settings, "baseline", *path, to=to) == {}


def test_an_experiment_that_is_not_the_write_ups_is_held_against_what_it_says_of_all(settings):
    own = {**settings["baseline"], "optimizer": {"name": "lion"}, "noise": {"kind": "blur"}}
    assert changed_procedure({"mine": own}) == {"noise.kind": {"blur": ["mine"]}}


def test_other_images_under_the_same_name_are_found(settings):
    to = {"train-images": "of something else"}
    assert changed(settings, "sgd", "data", "files", to=to) == {
        "data.dataset": {"mnist (other images)": ["sgd"]}
    }
