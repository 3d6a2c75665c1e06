"""The check that anybody can run on a model of theirs."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from denoising.measures.dead_positions import is_rectified, period_of, report

L = keras.layers


def model_of(*layers, shape=(4, 4, 1)):
    return keras.Sequential([keras.Input(shape), *layers])


def enlarging(dead=(), activation="relu", bias=1.0):
    """Output 1 + the input at each of 2 × 2 positions, −1 at the dead ones: nothing above 0."""
    layer = L.Conv2DTranspose(1, 2, strides=2, activation=activation)
    model = model_of(L.Rescaling(1.0), layer, shape=(3, 3, 1))
    kernel = np.full((2, 2, 1, 1), bias, np.float32)
    for place in dead:
        kernel[place] = -1
    layer.set_weights([kernel, np.zeros(1, np.float32)])
    return model


@pytest.mark.parametrize(
    ("model", "period"),
    [
        (model_of(L.Conv2D(1, 3)), (1, 1)),
        (model_of(L.Conv2DTranspose(1, 2, strides=2), L.UpSampling2D((3, 1))), (6, 2)),
        (model_of(L.UpSampling2D(), L.Flatten(), L.Reshape((8, 8, 1)), L.UpSampling2D()), (2, 2)),
        (keras.Sequential([enlarging(), model_of(L.UpSampling2D(), shape=(6, 6, 1))]), (4, 4)),
    ],
)
def test_the_period_is_what_layers_enlarge_by(model, period):
    assert period_of(model) == period


def test_a_relu_at_the_end_is_found_in_either_form():
    assert is_rectified(model_of(L.Conv2D(1, 3, activation="relu")))
    assert is_rectified(model_of(L.Conv2D(1, 3), L.ReLU()))
    assert not is_rectified(model_of(L.Conv2D(1, 3, activation="relu"), L.Conv2D(1, 1)))


def test_dead_positions_are_named():
    images = np.ones((5, 3, 3, 1), np.float32)
    said = list(report(enlarging(dead=[(0, 1)]), images))
    assert said[0].startswith("2 × 2 positions")
    assert said[1].split() == ["100.0", "0.0*"] and said[2].split() == ["100.0", "100.0"]
    assert said[3] == "1 of 4 dead (*): (0, 1)"
    assert list(report(enlarging(), images))[-1] == "none is dead"


def test_beside_clean_images_what_should_be_black_is_not_dead():
    """A position that is black where nothing should be is as it should be."""
    images = np.ones((5, 3, 3, 1), np.float32)
    clean = np.zeros((5, 6, 6, 1), np.float32)
    clean[:, 1::2, :] = 1
    said = list(report(enlarging(dead=[(0, 1), (1, 1)]), images, clean))
    assert said[-1] == "1 of 4 dead (*): (1, 1)"


def test_what_has_no_lattice_or_no_relu_says_so():
    images = np.ones((2, 4, 4, 1), np.float32)
    assert "no layer enlarges by strides" in next(report(model_of(L.Conv2D(1, 3)), images))
    linear = enlarging(dead=[(0, 0)], activation=None)
    said = list(report(linear, images[:, :3, :3]))
    assert "no ReLU" in said[-2] and said[-1] == "none is dead"


def test_the_program(tmp_path):
    enlarging(dead=[(1, 0)]).save(tmp_path / "m.keras")
    np.save(tmp_path / "x.npy", np.ones((2, 3, 3, 1)))
    np.save(tmp_path / "flat.npy", np.ones((2, 3)))
    (tmp_path / "bad.keras").write_bytes(b"no model")

    def run(*names):
        paths = [name if name.startswith("--") else tmp_path / name for name in names]
        command = [sys.executable, "-m", "denoising.measures.dead_positions", *paths]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr.splitlines()[-1:]

    code, out, _ = run("m.keras", "x.npy")
    assert code == 0 and out.endswith("1 of 4 dead (*): (1, 0)\n")
    for names, says in (
        (("none.keras", "x.npy"), "there is no such file"),
        (("bad.keras", "x.npy"), "is no model that Keras can read"),
        (("m.keras", "bad.keras"), "is no array that numpy.save wrote"),
        (("m.keras", "flat.npy"), "must be (N, rows, columns, channels)"),
        (("m.keras", "x.npy", "--clean", "x.npy"), "the clean images have shape"),
    ):
        code, _, [error] = run(*names)
        assert code == 1 and error.startswith("error: ") and says in error, error
