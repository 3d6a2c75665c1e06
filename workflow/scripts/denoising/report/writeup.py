"""What the write-up's appendix says of its eight experiments."""

from collections.abc import Iterable, Mapping
from typing import Any

from denoising.config.keras_names import names

MNIST = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"  # its training images
# Of all of them.
PROCEDURE = {
    "data.dataset": "mnist", "data.train": 10_000, "data.test": 10_000, "data.validation": "test",
    "noise.kind": "gaussian", "noise.level": 0.5, "method.name": "autoencoder",
    "training.epochs": 50, "training.batch_size": 10, "training.shuffle": True,
    "training.fresh_noise": False, "training.shift": 0, "training.early_stopping": None,
}  # fmt: skip
ADAM, MSE, SIDE_5 = ("adam", 1e-4), "mean_squared_error", "C32/3 P2 C32/3 P2 T32/8 C32/3 T1/2"
# Optimizer with its learning rate, loss, and layers: C a convolution, P a pooling, T a transposed
# convolution, each with filters/kernel; the first four are the encoder.
EXPERIMENTS = {
    "baseline": (ADAM, MSE, SIDE_5),
    "adagrad": (("adagrad", 0.01), MSE, SIDE_5),
    "sgd": (("sgd", 0.01), MSE, SIDE_5),
    "binary-crossentropy": (ADAM, "binary_crossentropy", SIDE_5),
    "mean-absolute-error": (ADAM, "mean_absolute_error", SIDE_5),
    # its listing cannot run: repair (a)
    "side-4": (ADAM, MSE, "C32/5 P2 C32/5 P2 T32/8 T1/2"),
    "side-3": (ADAM, MSE, "C32/5 P2 C32/7 P2 T32/8 C32/4 T1/2 C32/5 T1/2"),
    "side-1": (ADAM, MSE, "C32/8 P2 C32/8 P2 T32/8 C32/3 T32/6 C32/3 T1/2"),
}
ENCODER = 4  # layers
RELU = {"activation": "relu", "kernel_initializer": "he_normal"}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "C": ("Conv2D", RELU),
    "P": ("MaxPooling2D", {}),
    "T": ("Conv2DTranspose", {**RELU, "strides": 2, "use_bias": False}),
}
# Keras' own arguments: what says them says no more than what leaves them out.
DEFAULTS = {
    "padding": "valid", "use_bias": True, "bias_initializer": "zeros", "groups": 1,
    "dilation_rate": 1, "output_padding": None, "kernel_regularizer": None,
    "bias_regularizer": None, "activity_regularizer": None,
}  # fmt: skip
STRIDES = {"Conv2D": 1, "Conv2DTranspose": 1}  # of a pooling: its size


def stated(experiment: str) -> dict[str, Any]:
    """Return what the write-up says of an experiment, by the keys of `described`."""
    if experiment not in EXPERIMENTS:
        return PROCEDURE
    (optimizer, rate), loss, layers = EXPERIMENTS[experiment]
    listed = [_listed(word) for word in layers.split()]
    return {
        **PROCEDURE,
        **_filled("optimizer", {"name": optimizer, "learning_rate": rate}),
        **_filled("loss", {"name": loss}),
        "layers": [_plain(listed[:ENCODER]), _plain(listed[ENCODER:])],
    }


def described(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an experiment has of all that `stated` may say.

    Optimizer and loss are told with all that Keras adds to them.
    """
    found = {}
    for key in PROCEDURE:
        part, name = key.split(".")
        if name in settings.get(part, {}):
            found[key] = settings[part][name]
    if settings["data"].get("files", {}).get("train-images", MNIST) != MNIST:
        found["data.dataset"] = f"{found['data.dataset']} (other images)"
    for part in ("optimizer", "loss"):
        if part in settings:
            found |= _filled(part, settings[part])
    if architecture := settings.get("architecture"):
        found["layers"] = [_plain(architecture[stack]) for stack in ("encoder", "decoder")]
    return found


def _filled(part: str, own: Mapping[str, Any]) -> dict[str, Any]:
    kinds = names()["optimizers" if part == "optimizer" else "losses"]
    return {f"{part}.{key}": one for key, one in {**kinds.get(own["name"], {}), **own}.items()}


def _listed(word: str) -> dict[str, Any]:
    kind, arguments = KINDS[word[0]]
    if kind == "MaxPooling2D":
        return {"layer": kind, "pool_size": int(word[1:]), **arguments}
    filters, size = map(int, word[1:].split("/"))
    return {"layer": kind, "filters": filters, "kernel_size": size, **arguments}


def _plain(layers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Leave out names and what Keras would add; write n for [n, n]."""
    found = []
    for layer in layers:
        own = {
            key: value[0] if isinstance(value, list) and len(set(value)) == 1 else value
            for key, value in layer.items()
            if key != "name"
        }
        usual = {**DEFAULTS, "strides": STRIDES.get(own["layer"], own.get("pool_size"))}
        found.append({k: v for k, v in own.items() if k not in usual or v != usual[k]})
    return found
