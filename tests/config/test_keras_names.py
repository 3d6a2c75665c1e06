import keras
import pytest

from denoising.config.keras_names import collect, names
from denoising.config.schema import schema, schema_problems
from denoising.model.build import class_named


def test_file_is_what_the_installed_keras_offers():
    assert names() == collect()


@pytest.mark.parametrize("name", names()["losses"])
def test_every_loss_can_be_built_by_name(name):
    class_named(keras.losses, name)()


@pytest.mark.parametrize("name", names()["optimizers"])
def test_every_optimizer_can_be_built_by_name(name):
    class_named(keras.optimizers, name)()


@pytest.mark.parametrize("name", names()["regularizers"])
def test_every_regularizer_can_be_built_by_name(name):
    arguments = dict.fromkeys(names()["regularizers"][name], 0.1)
    assert class_named(keras.regularizers, name)(**arguments)(keras.ops.ones((2, 2))) > 0


@pytest.mark.parametrize("name", names()["schedules"])
def test_every_schedule_can_be_built_by_name(name):
    needed = dict.fromkeys(names()["schedules"][name]["required"], 1.0)
    if "values" in needed:
        needed = {"boundaries": [1], "values": [0.2, 0.1]}
    assert class_named(keras.optimizers.schedules, name)(**needed)(0) > 0


@pytest.mark.parametrize("name", names()["initializers"])
def test_every_initializer_is_known_to_keras(name):
    assert keras.initializers.get(name)((2, 2, 3, 4)).shape == (2, 2, 3, 4)


@pytest.mark.parametrize("name", names()["activations"])
def test_every_activation_keeps_the_shape(name):
    assert keras.activations.get(name)(keras.ops.ones((2, 3, 4))).shape == (2, 3, 4)


def test_adams_arguments_and_defaults():
    adam = names()["optimizers"]["adam"]
    assert (adam["learning_rate"], adam["beta_1"], adam["amsgrad"]) == (0.001, 0.9, False)


FREE = {"muon_a", "muon_b", "muon_c"}  # coefficients of a polynomial


@pytest.mark.parametrize("section", ["optimizers", "losses", "regularizers", "initializers"])
def test_every_number_has_a_range_that_its_default_lies_in(section):
    ranges = schema()["$defs"]["arguments"][section]
    known = [pair for arguments in names()[section].values() for pair in arguments.items()]
    numbers = {key for key, default in known if not isinstance(default, bool | str)}
    assert numbers - FREE <= set(ranges) <= {key for key, _ in known}
    for key, default in known:
        if key in ranges and default is not None:
            assert list(schema_problems(default, ranges[key])) == []


def test_unknown_class():
    with pytest.raises(KeyError):
        class_named(keras.losses, "no_such_loss")
