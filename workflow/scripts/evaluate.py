"""Measure all there is of one run: what its method makes of every test image, and what that cost.

Whatever the method, the run's folder holds the same files; a few are there only where a training,
a lattice or a bottleneck is. The record comes last: it vouches for every other file.
"""

import argparse
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from denoising import methods
from denoising.arguments import parsed, run_parser
from denoising.data.noise import add_noise
from denoising.data.noises import NOISES
from denoising.errors import LabError, run_program
from denoising.files import (
    RECORD,
    TRAINING,
    content,
    csv_bytes,
    json_bytes,
    npz_bytes,
    or_again,
    put,
    read_array,
    read_arrays,
    read_json,
    record,
    set_aside,
    sha256,
    start_afresh,
)
from denoising.measures.codes import code_errors
from denoising.measures.lattice import (
    by_epoch,
    dead_by_epoch,
    initial_positions,
    lattice_summary,
    pixel_sums,
)
from denoising.measures.measure import Measured
from denoising.measures.metrics import FIRST, eight_bits
from denoising.measures.pictures import pictures
from denoising.measures.portrait import code_portrait, layer_portrait
from denoising.measures.summary import image_metrics, images_table, summary
from denoising.methods.fitting import Choice, choose, fitted
from denoising.model.shapes import has_bottleneck, has_lattice
from denoising.rebuild.code import CodeDigests, refuse_edited
from denoising.rebuild.finished import MEASURED, PORTRAIT, SET_ASIDE, TRAINED, config_text
from denoising.seeds import generator, integer, seed_of
from denoising.training.provenance import environment
from denoising.training.record import read_history
from denoising.training.runtime import ENVIRONMENT, THREADS, import_tensorflow

BATCH = 500


def main() -> None:
    parser = run_parser(__doc__)
    parser.add_argument("--evaluation", required=True, help="digest of the code that measures it")
    parser.add_argument("--portrait", action="store_true", help="show what a network learned")
    arguments = parsed(parser)

    run, folder = arguments.run, arguments.folder
    trained = methods.is_trained(run["method"]["name"])
    digests = CodeDigests(Path(__file__).parent)
    refuse_edited(arguments.evaluation, lambda: digests.evaluation(run))
    if trained or "model" in run:
        import_tensorflow()
    if trained:
        with or_again(folder / "model.keras"):
            history = trained_history(run, arguments)
    start_afresh(folder, (*MEASURED, *SET_ASIDE, *(() if trained else (TRAINING, *TRAINED))))
    if not trained:
        history = None
        put(folder / "config.json", config_text(run).encode())
        about = {**environment(), "threads": THREADS, "environment": ENVIRONMENT}
        put(folder / "environment.json", json_bytes(about))

    method, fit_seconds, tried = ready(run, arguments, history)
    clean, noisy = (stored(arguments, kind, "test") for kind in ("clean", "noisy"))
    labels = stored(arguments, "clean", "test-labels")
    draw = generator(seed_of(run, "noise"), "test noise", 1)
    other = denoised(method, add_noise(clean[:FIRST], run["noise"], draw), run)
    begin = time.process_time()
    decoded = denoised(method, noisy, run)
    seconds = time.process_time() - begin

    images = image_metrics(clean, decoded)
    untrained = initial_model(run) if trained else None
    unchanged = trained and same_weights(method.model, untrained)
    held_out = of_held_out(run, arguments, method)
    visible = noisy[..., : clean.shape[-1]]  # without channels that tell of the noise
    measured = Measured(clean, visible, decoded, images, other, history, unchanged, held_out)
    cost = {
        "fit_seconds": round(fit_seconds, 3),
        "denoise_seconds": float(f"{seconds / len(noisy):.4g}"),
        "parameters": int(method.parameters),
    }
    if hasattr(method, "code_elements"):  # of an autoencoder its layers tell
        cost["code_elements"] = int(method.code_elements)
    put(folder / "metrics.json", json_bytes(summary(measured)))
    if tried:
        put(folder / "choices.csv", csv_bytes(choices_table(tried)))
    put(folder / "cost.json", json_bytes(cost))
    if hasattr(method, "told"):
        put(folder / "told.json", json_bytes(method.told))
    table = images_table(images, labels if len(labels) else None)
    put(folder / "images.csv", csv_bytes(table))
    put(folder / "decoded.npz", npz_bytes({"decoded": eight_bits(decoded)}))
    # Not compressed: an archive of many runs finds what they share, and is the smaller for it.
    shown = pictures(clean, visible, decoded, table["relative_error"].to_numpy())
    put(folder / "pictures.npz", npz_bytes(shown, compressed=False))
    if trained:
        measure_training(run, arguments, method.model, untrained, measured, noisy)
        if arguments.portrait:
            portray(run, arguments.folder, method.model, noisy, labels)
    about = {"training": arguments.code, "evaluation": arguments.evaluation}
    if "model" in run:
        about["model"] = sha256(content(borrowed(run, arguments)))
    record(folder, about)
    # Not by the training itself: only now has Snakemake taken the model over.
    shutil.rmtree(arguments.checkpoints, ignore_errors=True)


def stored(arguments: argparse.Namespace, kind: str, part: str) -> np.ndarray:
    """Read an array of the clean or the noisy data; if damaged, all are made again."""
    with or_again(arguments.clean / "train.npy", arguments.noisy / "train.npy"):
        return read_array(getattr(arguments, kind) / f"{part}.npy")


def trained_history(run: Mapping[str, Any], arguments: argparse.Namespace) -> pd.DataFrame:
    """Check all that a training left, and return its history.

    Raises
    ------
    Damaged
        If anything is not what was written, or is of another configuration or code.
    """
    folder = arguments.folder
    if not (folder / TRAINING).exists():  # an older run: one record of both
        known = read_json(folder / RECORD)
        kept = {*TRAINED, "config.json", "environment.json"}
        parts = {
            part: {name: one for name, one in known.get(part, {}).items() if name in kept}
            for part in ("files", "sizes")
        }
        put(folder / TRAINING, json_bytes({"training": known["training"], **parts}), lasting=True)
    config = content(folder / "config.json")
    if (config, read_json(folder / TRAINING)["training"]) != (
        config_text(run).encode(),
        arguments.code,
    ):
        raise set_aside(folder / "model.keras", "is of another configuration or other code")
    for name in TRAINED:
        content(folder / name)
    return read_history(folder / "history.csv", run["training"])


def ready(
    run: Mapping[str, Any], arguments: argparse.Namespace, history: pd.DataFrame | None
) -> tuple[Any, float, list[Choice]]:
    """Return the run's method, ready to denoise, the seconds of its fitting, and what was tried.

    The seconds are those of the chosen values alone.
    """
    settings = run["method"]
    if history is not None:
        method = methods.build(settings)
        method.load(arguments.folder)
        return method, history["seconds"].sum(), []

    @cache
    def pair(part: str) -> tuple[np.ndarray, ...]:
        return tuple(stored(arguments, kind, part) for kind in ("noisy", "clean"))

    def draw() -> np.random.Generator:
        return generator(seed_of(run, "weights"), "weights")

    def train() -> tuple[np.ndarray, ...]:
        return pair("train")

    if "model" in run:
        method, model = methods.build(settings), borrowed(run, arguments)
        with or_again(model):
            content(model)
        method.borrow(model.parent)
        begin = time.process_time()
        if hasattr(method, "fit"):
            method.fit(*train(), draw())
        return method, time.process_time() - begin, []

    tried = choose(settings, train, pair("validation"), draw) if methods.choices(settings) else []
    chosen = tried[0].settings if tried else settings
    begin = time.process_time()
    method = fitted(chosen, train, draw)
    return method, time.process_time() - begin, tried


def borrowed(run: Mapping[str, Any], arguments: argparse.Namespace) -> Path:
    """Return the file of the model that a run takes from another experiment's."""
    runs = arguments.results / "runs"
    return runs / run["model"]["experiment"] / f"seed-{run['seed']}" / "model.keras"


def choices_table(tried: Sequence[Choice]) -> pd.DataFrame:
    """List what was tried, the chosen values first."""
    several = [key for key in tried[0].settings if len({str(c.settings[key]) for c in tried}) > 1]
    return pd.DataFrame(
        {
            **{key: choice.settings[key] for key in several},
            "held_out_error": choice.held_out_error,
            "seconds": round(choice.seconds, 3),
        }
        for choice in tried
    )


def holds_out(run: Mapping[str, Any]) -> bool:
    """Tell whether validation looks at training images that are held out."""
    return run["data"].get("validation", "test") != "test"


def of_held_out(
    run: Mapping[str, Any], arguments: argparse.Namespace, method: Any
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the held-out training images and what the method makes of them, if there are any."""
    if not holds_out(run):
        return None
    clean, noisy = (stored(arguments, kind, "validation") for kind in ("clean", "noisy"))
    return clean, denoised(method, noisy, run)


def denoised(method: Any, noisy: np.ndarray, run: Mapping[str, Any]) -> np.ndarray:
    """Denoise images.

    Raises
    ------
    LabError
        If what comes back is not as many images of the clean ones' shape.
    """
    decoded = np.asarray(method.denoise(noisy), dtype=np.float32)
    added = NOISES.entry(run["noise"]).channels
    expected = (*noisy.shape[:3], noisy.shape[3] - added)
    if decoded.shape != expected:
        raise LabError(
            f"the method '{run['method']['name']}' makes an array of shape {decoded.shape} from one"
            f" of {noisy.shape}; it must be {expected}: one image for each"
        )
    return decoded


def initial_model(run: Mapping[str, Any]) -> Any:
    """Build the model that a run's training began with."""
    from denoising.model.build import build_autoencoder

    return build_autoencoder(run["architecture"], integer(seed_of(run, "weights"), "weights"))


def same_weights(one: Any, other: Any) -> bool:
    """Tell whether two models of one architecture have the same weights, bit by bit."""
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def predict(model: Any, images: np.ndarray) -> np.ndarray:
    """Return what a Keras model makes of images."""
    return model.predict(images, batch_size=BATCH, verbose=0)


def halves(model: Any) -> tuple[Callable[..., np.ndarray], Callable[..., np.ndarray]]:
    """Split a model at its code: images → codes, and codes → images."""
    import keras

    code = model.get_layer("code").output
    encoder, decoder = keras.Model(model.input, code), keras.Model(code, model.output)
    return partial(predict, encoder), partial(predict, decoder)


def portray(
    run: Mapping[str, Any], folder: Path, model: Any, noisy: np.ndarray, labels: np.ndarray
) -> None:
    """Write what a network learned, to be looked at."""
    found = layer_portrait(model, noisy)
    if has_bottleneck(run["architecture"]):
        found |= code_portrait(*halves(model), noisy, labels)
    put(folder / PORTRAIT, npz_bytes(found))


def measure_training(
    run: Mapping[str, Any],
    arguments: argparse.Namespace,
    model: Any,
    untrained: Any,
    measured: Measured,
    noisy: np.ndarray,
) -> None:
    """Write what is known of a trained run's epochs, lattice and code, where it has these."""
    folder, architecture = arguments.folder, run["architecture"]
    trajectory = read_arrays(folder / "trajectory.npz")
    clean = measured.clean
    validated = stored(arguments, "clean", "validation") if holds_out(run) else clean
    epochs = by_epoch(trajectory, validated, architecture)
    if has_lattice(architecture):
        measure_lattice(run, arguments, untrained, measured, noisy, trajectory, validated)
    else:
        epochs[["dead", "never_on", "live_error"]] = np.nan
    put(folder / "epochs.csv", csv_bytes(epochs, digits=9))  # all that 32-bit errors say
    if not has_bottleneck(architecture):
        return
    encode, decode = halves(model)
    table = code_errors(encode, decode, stored(arguments, "noisy", "train"), noisy, clean)
    put(folder / "codes.csv", csv_bytes(table))


def measure_lattice(
    run: Mapping[str, Any],
    arguments: argparse.Namespace,
    untrained: Any,
    measured: Measured,
    noisy: np.ndarray,
    trajectory: Mapping[str, np.ndarray],
    validated: np.ndarray,
) -> None:
    """Write what is known of a trained run's positions, dead and alive."""
    architecture, clean = run["architecture"], measured.clean
    if holds_out(run) or run["optimizer"].get("use_ema"):  # no epoch saw these weights and images
        sums = pixel_sums(measured.decoded, clean)
    else:
        sums = {key: trajectory[key][-1] for key in ("on", "squared_error")}
    dead = dead_by_epoch(trajectory, validated, architecture)
    initial = initial_positions(predict(untrained, noisy), clean, architecture)
    lattice = lattice_summary(sums, clean, architecture, dead, initial)
    put(arguments.folder / "lattice.json", json_bytes(lattice))


if __name__ == "__main__":
    run_program(main)
