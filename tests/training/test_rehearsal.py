import os
import signal

from denoising.training.rehearsal import distinct, passed_before, rehearse, signature


def settings(activation="sigmoid", optimizer=None, loss="mean_squared_error", **last):
    convolution = {"layer": "Conv2D", "filters": 1, "kernel_size": 3, "padding": "same"}
    return {
        "architecture": {
            "name": "own", "input_shape": [6, 6, 1], "encoder": [convolution],
            "decoder": [{**convolution, "activation": activation, **last}],
        },
        "optimizer": {"name": "adam", "learning_rate": 0.1, **(optimizer or {})},
        "loss": {"name": loss},
        "training": {
            "epochs": 30, "batch_size": 10, "shuffle": True, "fresh_noise": False, "shift": 0,
            "early_stopping": None,
        },
    }  # fmt: skip


def test_what_keras_refuses_is_said_of_each_and_the_others_pass():
    kinds = {
        "fine": settings(),
        "layer": settings(bias_initializer="orthogonal"),
        "shape": settings(padding="valid"),
        "optimizer": settings(optimizer={"clipnorm": 1.0, "clipvalue": 1.0}),
        "loss": {**settings(), "loss": {"name": "mean_squared_error", "reduction": "bogus"}},
        "nan": settings("relu", loss="categorical_crossentropy"),  # 0 / 0, of one channel
        "constant": settings(loss="categorical_crossentropy"),  # x / x
        "also fine": settings(loss="huber"),
    }
    found = dict(rehearse(distinct(kinds)))
    assert list(found) == list(kinds)
    assert found["fine"] is found["also fine"] is None
    assert found["layer"].startswith("architecture: Keras refuses it: ")
    assert found["layer"].endswith("(layer decoder_1, Conv2D)")
    assert found["shape"] == "architecture: makes (4, 4, 1) in place of (6, 6, 1)"
    assert found["optimizer"].startswith("optimizer: Keras refuses it: ")
    assert "bogus" in found["loss"] and found["loss"].startswith("loss: Keras refuses it: ")
    assert found["nan"].startswith("loss: is no finite number")
    assert found["constant"].startswith("training: a step changes no weight")
    assert not any("\n" in refusal for refusal in found.values() if refusal)


def dying(built, tell):
    """Stands in for a library that brings its process down."""
    for name in built:
        if name == "deadly":
            os.kill(os.getpid(), signal.SIGSEGV)
        if name == "leaving":
            os._exit(3)
        tell.send((name, None))
    tell.close()


def test_what_ends_the_process_is_named_and_the_others_go_on():
    found = dict(rehearse({name: {} for name in ["a", "deadly", "b", "leaving", "c"]}, dying))
    assert [name for name, refusal in found.items() if refusal is None] == ["a", "b", "c"]
    assert found["deadly"].endswith("SIGSEGV (Segmentation fault)")
    assert found["leaving"].endswith("exit status 3")


def test_alike_are_tried_once():
    kinds = distinct(
        {
            "a": settings(),
            "faster": settings(optimizer={"learning_rate": 0.5}),
            "longer": {**settings(), "training": {**settings()["training"], "epochs": 99}},
            "other": settings(optimizer={"name": "sgd"}),
            "relu": settings("relu"),
            "filter": {"method": {"name": "median-filter"}},
        }
    )
    assert list(kinds) == ["a", "other", "relu"]


def test_what_has_passed_is_known_by_its_settings_and_the_code(tmp_path):
    one, other = (signature(own, "code") for own in (settings(), settings("relu")))
    assert one != other and one != signature(settings(), "other code")
    (tmp_path / "a.json").write_text(f'["{one}"]')
    (tmp_path / "damaged.json").write_text('["')
    (tmp_path / "odd.json").write_text("3")
    assert passed_before(tmp_path) == {one}


def test_no_folder_has_passed_nothing(tmp_path):
    assert passed_before(tmp_path / "nothing") == set()
