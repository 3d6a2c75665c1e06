"""A rehearsal of trainings: each model, optimizer and loss is built, and takes one step.

What only Keras can know of a configuration comes out within seconds, before any run is trained.
"""

import hashlib
import json
import math
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from denoising import losses
from denoising.training.runtime import import_tensorflow

IMAGES = 2  # that the step is taken on
DIGITS = 16  # of a signature
DRAWS = 3  # of the initial weights
ASPECTS = ("architecture", "optimizer", "loss", "training")


def distinct(experiments: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Group experiments that are built alike.

    Parameters
    ----------
    experiments : mapping
        Resolved experiments by their names.

    Returns
    -------
    dict
        Name of the first of each group → what is built. Two differ if any setting does but a
        count of epochs or images; of numbers with a fraction only the first is tried: how large
        they may be says the configuration's own check.
    """
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, own in experiments.items():
        parts = {aspect: own[aspect] for aspect in ASPECTS if aspect in own}
        if "training" not in parts:
            continue
        parts["architecture"] = {k: v for k, v in parts["architecture"].items() if k != "name"}
        parts["training"] = {
            **parts["training"],
            "epochs": 1,
            "early_stopping": None,
            "fresh_noise": False,
            "shift": 0,
        }
        found.setdefault(json.dumps(_rounded(parts), sort_keys=True), (name, parts))
    return dict(found.values())


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return "a number" if isinstance(value, float) else value


def signature(settings: Mapping[str, Any], code: str) -> str:
    """Digest what is built, and by which code."""
    text = json.dumps([code, settings], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def passed_before(folder: Path) -> set[str]:
    """Read the signatures of all that earlier rehearsals of a folder have passed."""
    passed: set[str] = set()
    for path in folder.glob("*.json"):
        try:
            passed.update(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            continue  # damaged: what it held is tried once more
    return passed


def rehearse(
    built: Mapping[str, Mapping[str, Any]], work: Callable[..., None] | None = None
) -> Iterator[tuple[str, str | None]]:
    """Build each and take one step, in a process of its own.

    Parameters
    ----------
    built : mapping
        From `distinct`.
    work : callable, optional
        What that process does: it tells each name and refusal through a connection.

    Yields
    ------
    name, refusal
        One line without its end, or None where all went well.
    """
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    left = dict(built)
    while left:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=work or build_all, args=(left, theirs))
        process.start()
        theirs.close()
        try:
            while left:
                name, refusal = ours.recv()
                left.pop(name)
                yield name, refusal
        except EOFError:  # it died of the first that is left
            process.join()
            name = next(iter(left))
            left.pop(name)
            yield name, f"the first step of its training ends the process: {_end(process.exitcode)}"
        finally:
            process.join()


def _end(code: int | None) -> str:
    if code is not None and code < 0:
        return f"{signal.Signals(-code).name} ({signal.strsignal(-code)})"
    return f"exit status {code}"


def build_all(built: Mapping[str, Mapping[str, Any]], tell: Connection) -> None:
    """Build each and take one step; tell of each what Keras refuses."""
    import_tensorflow()
    for name, settings in built.items():
        tell.send((name, _refusal(settings)))
    tell.close()


def _refusal(settings: Mapping[str, Any]) -> str | None:
    """Build and take one step; return what went wrong.

    A step may change nothing by bad luck, where all that a ReLU puts out is zero: only what no
    draw of the weights changes is refused.
    """
    import keras

    from denoising.model.build import build_autoencoder, configured
    from denoising.training.fit import compile_model, train

    stage, architecture = "architecture", settings["architecture"]
    try:
        keras.backend.clear_session()
        for seed in range(DRAWS):
            stage = "architecture"
            model = build_autoencoder(architecture, seed)
            wanted = tuple(architecture.get("output_shape", architecture["input_shape"]))
            if model.output_shape[1:] != wanted:
                return f"architecture: makes {model.output_shape[1:]} in place of {wanted}"
            stage = "loss"
            own_loss = losses.function(settings["loss"])
            if own_loss is None:
                configured(keras.losses, settings["loss"])
            stage = "optimizer"
            compile_model(model, settings, own_loss)
            stage = "training"
            draw = np.random.default_rng(seed)
            noisy, clean = (
                draw.random((IMAGES, *shape[1:]), np.float32)
                for shape in (model.input_shape, model.output_shape)
            )
            training = {**settings["training"], "batch_size": IMAGES}
            run = {**settings, "training": training, "seed": seed}
            before = model.get_weights()
            data = dict.fromkeys(("train", "validation"), (noisy, clean))
            ended = train(model, run, data, own_loss=own_loss)
            if not math.isfinite(ended.history[0].loss):
                return "loss: is no finite number for images in [0, 1], before any training"
            pairs = zip(before, model.get_weights(), strict=True)
            if not all(np.array_equal(old, new) for old, new in pairs):
                return None
    except Exception as error:
        return f"{stage}: Keras refuses it: {_first_line(error)}"
    return (
        f"training: a step changes no weight, whichever of {DRAWS} initial weights it begins with"
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    said = next((line for line in lines if line), type(error).__name__)
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    return said[:300] + notes
