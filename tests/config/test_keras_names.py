import keras
import pytest

from denoising.config.keras_names import collect, names
from denoising.model.build import class_named


def test_file_is_what_the_installed_keras_offers():
    assert names() == collect()


@pytest.mark.parametrize("name", names()["losses"])
def test_every_loss_can_be_built_by_name(name):
    class_named(keras.losses, name)()


@pytest.mark.parametrize("name", names()["optimizers"])
def test_every_optimizer_can_be_built_by_name(name):
    class_named(keras.optimizers, name)()


@pytest.mark.parametrize("name", names()["initializers"])
def test_every_initializer_is_known_to_keras(name):
    assert keras.initializers.get(name)((2, 2, 3, 4)).shape == (2, 2, 3, 4)


@pytest.mark.parametrize("name", names()["activations"])
def test_every_activation_keeps_the_shape(name):
    assert keras.activations.get(name)(keras.ops.ones((2, 3, 4))).shape == (2, 3, 4)


def test_adams_arguments_and_defaults():
    adam = names()["optimizers"]["adam"]
    assert (adam["learning_rate"], adam["beta_1"], adam["amsgrad"]) == (0.001, 0.9, False)


def test_unknown_class():
    with pytest.raises(KeyError):
        class_named(keras.losses, "no_such_loss")
