"""One program measures a run, whatever its method, data and labels."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, copy_checkout
from scipy.ndimage import median_filter

from denoising.config.resolve import resolved_experiment
from denoising.data.noise import add_noise
from denoising.files import record, start_afresh
from denoising.measures.metrics import relative_error
from denoising.rebuild.finished import config_text
from denoising.seeds import generator, integer

NOISE = {"kind": "gaussian", "level": 0.5}
KINDS = ("clean", "noisy/seed-0")
ALWAYS = {
    "config.json", "environment.json", "metrics.json", "cost.json", "images.csv", "decoded.npz",
    "pictures.npz", "record.json",
}  # fmt: skip
TRAINED = {
    "model.keras",
    "history.csv",
    "trajectory.npz",
    "training.json",
    "layers.json",
    "epochs.csv",
    "lattice.json",
    "codes.csv",
}


RUN, CHECKPOINTS = "runs/x/seed-0", "checkpoints/x/seed-0"


def data(folder, shape=(28, 28, 1), count=30, labels=True):
    """Clean and noisy arrays of smooth spots."""
    rng = np.random.default_rng(0)
    rows, columns, channels = shape
    at = rng.uniform(0.3, 0.7, (2, 2 * count, 1, 1, channels)) * [[[[[1]]]]]
    y, x = np.mgrid[:rows, :columns][..., None] / np.array([rows, columns]).reshape(2, 1, 1, 1)
    spots = np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 0.02).astype(np.float32)
    for part, clean in (("train", spots[:count]), ("test", spots[count:])):
        for kind in KINDS:
            (folder / kind).mkdir(parents=True, exist_ok=True)
        np.save(folder / "clean" / f"{part}.npy", clean)
        noisy = add_noise(clean, NOISE, generator(0, f"{part} noise"))
        np.save(folder / KINDS[1] / f"{part}.npy", noisy)
    names = np.arange(count if labels else 0, dtype=np.uint8) % 10  # none: a set without labels
    np.save(folder / "clean" / "test-labels.npy", names)
    return folder


def settings(method):
    return {"experiment": "x", "data": {}, "noise": NOISE, "method": method, "seed": 0}


def evaluate(folder, run, root=ROOT, after=""):
    """Run the program; returns what it said on stderr if it failed."""
    (folder / "run.json").write_text(json.dumps(run))
    program = root / "workflow" / "scripts" / "evaluate.py"
    code = f"import runpy, sys; runpy.run_path({str(program)!r}, run_name='__main__')\n{after}"
    done = subprocess.run(
        [
            sys.executable, "-c", code, "--settings", folder / "run.json", "--seed", "0",
            "--clean", folder / "clean", "--noisy", folder / "noisy", "--results", folder,
            "--code", "abc", "--evaluation", "def",
        ],
        capture_output=True, text=True, check=False, cwd=folder,
        env={"PYTHONPATH": str(root / "workflow" / "scripts"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return done.stderr if done.returncode else None


def strict(path):
    def refuse(name):
        raise AssertionError(f"{name} in {path.name}")

    return json.loads(path.read_text(), parse_constant=refuse)


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def filtered(tmp_path_factory):
    """A run of a method without training."""
    folder = data(tmp_path_factory.mktemp("filtered"))
    (folder / CHECKPOINTS).mkdir(parents=True)
    (folder / RUN).mkdir(parents=True)
    for name in ("lattice.json", "history.csv", "layers.json", "model.keras", "model.keras.other"):
        (folder / RUN / name).write_text("{}")  # of what this experiment was before
    (folder / RUN / "metrics.json.part").write_text("{")  # of a killed process
    run = settings({"name": "median-filter", "size": 3})
    error = evaluate(folder, run, after="assert not {'tensorflow', 'keras'} & set(sys.modules)")
    assert error is None, error
    return folder


def test_a_filter_leaves_what_every_method_leaves(filtered):
    assert names(filtered / RUN) == ALWAYS
    assert not (filtered / CHECKPOINTS).exists()
    assert strict(filtered / RUN / "config.json") == strict(filtered / "run.json")
    assert "cpu" in strict(filtered / RUN / "environment.json")


def test_a_filters_numbers(filtered):
    clean, noisy = (np.load(filtered / kind / "test.npy") for kind in KINDS)
    expected = np.stack([median_filter(image[..., 0], 3) for image in noisy])[..., None]
    errors = relative_error(clean, expected)
    metrics, cost = (strict(filtered / RUN / f"{name}.json") for name in ("metrics", "cost"))
    assert metrics["status"] == "completed"
    assert metrics["relative_error"] == pytest.approx(errors.mean())
    assert metrics["relative_error_first10"] == pytest.approx(errors[:10].mean())
    assert metrics["relative_error_noisy"] == pytest.approx(relative_error(clean, noisy).mean())
    assert metrics["relative_error_other_noise"] != metrics["relative_error_first10"]
    assert metrics["slip"] > metrics["relative_error_first10"]
    assert metrics["val_loss"] is metrics["epochs"] is None
    assert (cost["fit_seconds"], cost["parameters"]) == (0, 0)
    assert cost["denoise_seconds"] > 0
    images = pd.read_csv(filtered / RUN / "images.csv", index_col="image")
    assert images["label"].tolist() == [n % 10 for n in range(30)]
    np.testing.assert_allclose(images["relative_error"], errors, rtol=5e-3)  # in three digits
    with np.load(filtered / RUN / "decoded.npz") as file:
        np.testing.assert_array_equal(file["decoded"], np.rint(255 * expected))
    with np.load(filtered / RUN / "pictures.npz") as file:
        order = np.argsort(errors)
        assert set(file["index"]) == {*range(10), *order[:5], *order[-5:]}
        np.testing.assert_array_equal(file["noisy"], np.rint(255 * noisy)[file["index"]])


def test_the_record_vouches_for_every_other_file(filtered):
    found = strict(filtered / RUN / "record.json")
    assert (found["training"], found["evaluation"]) == ("abc", "def")
    assert set(found["files"]) == ALWAYS - {"record.json"}
    for name, digest in found["files"].items():
        assert hashlib.sha256((filtered / RUN / name).read_bytes()).hexdigest() == digest


def test_a_second_evaluation_gives_the_same_bytes(filtered):
    before = strict(filtered / RUN / "record.json")["files"]
    assert evaluate(filtered, strict(filtered / "run.json")) is None
    after = strict(filtered / RUN / "record.json")["files"]
    assert {name for name in before if before[name] != after[name]} <= {
        "cost.json",
        "environment.json",
    }  # both say how long it took


def test_small_colour_images_without_labels_one_of_them_black(tmp_path):
    data(tmp_path, (8, 8, 3), labels=False)
    clean = np.load(tmp_path / "clean" / "test.npy")
    clean[3] = 0
    np.save(tmp_path / "clean" / "test.npy", clean)
    assert evaluate(tmp_path, settings({"name": "mean-image"})) is None
    metrics = strict(tmp_path / RUN / "metrics.json")
    assert (metrics["images_without_error"], metrics["ssim_window"]) == (1, 7)
    mean = np.load(tmp_path / "clean" / "train.npy").mean(axis=0)
    known = np.delete(clean, 3, axis=0)
    expected = relative_error(known, np.repeat(mean[None], len(known), axis=0))
    assert metrics["relative_error"] == pytest.approx(expected.mean(), rel=1e-5)
    images = pd.read_csv(tmp_path / RUN / "images.csv", index_col="image")
    assert "label" not in images
    assert images["relative_error"].isna().to_list() == [n == 3 for n in range(30)]
    assert strict(tmp_path / RUN / "cost.json")["parameters"] == 8 * 8 * 3


def test_black_is_completed_and_has_the_error_one(tmp_path):
    data(tmp_path)
    assert evaluate(tmp_path, settings({"name": "black"})) is None
    metrics = strict(tmp_path / RUN / "metrics.json")
    assert (metrics["status"], metrics["relative_error"]) == ("completed", 1)


TRANSPOSED = {"layer": "Conv2DTranspose", "kernel_size": 2, "strides": 2, "activation": "relu"}
SMALL = {
    "name": "small", "input_shape": [8, 8, 3],
    "encoder": [{"layer": "Conv2D", "filters": 4, "kernel_size": 2, "strides": 2}],
    "decoder": [{**TRANSPOSED, "filters": 3}],
}  # fmt: skip


def trained(folder, architecture, epochs=3, count=30):
    """A run's folder as a training leaves it, without the training."""
    from denoising.model.build import build_autoencoder

    x = folder / RUN
    x.mkdir(parents=True)
    clean, noisy = (np.load(folder / kind / "test.npy") for kind in KINDS)
    model = build_autoencoder(architecture, integer(0, "weights"))
    model.save(x / "model.keras")
    decoded = model.predict(noisy, verbose=0)
    errors = relative_error(clean, decoded).astype(np.float32)
    np.savez_compressed(
        x / "trajectory.npz",
        on=np.stack([(decoded > 0).sum(axis=0).astype(np.int32)] * epochs),
        squared_error=np.stack([np.square(decoded - clean).sum(axis=0)] * epochs),
        relative_error=np.stack([errors[:10]] * epochs),
        relative_error_mean=np.full(epochs, errors.mean()),
    )
    rows = [f"{n},0.{n},0.{n},1.5" for n in range(1, epochs + 1)]
    (x / "history.csv").write_text("\n".join(["epoch,loss,val_loss,seconds", *rows]) + "\n")
    run = {
        **settings({"name": "autoencoder"}),
        "architecture": architecture,
        "optimizer": {"name": "adam"},
        "training": {"epochs": epochs, "early_stopping": None},
    }
    (x / "environment.json").write_text("{}")
    (x / "layers.json").write_text("[]")
    vouched_for(x, run)
    return run, model, errors


def vouched_for(folder, run):
    """Let the record say that a training of this configuration left what is there."""
    start_afresh(folder, ["training.json"])
    (folder / "config.json").write_text(config_text(run))
    record(folder, {"training": "abc"}, "training.json")


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 8, 3)])
def test_a_trained_run_has_its_epochs_lattice_and_code_too(tmp_path, config, shape):
    data(tmp_path, shape)
    architecture = resolved_experiment(config, "baseline")["architecture"]
    if shape == (8, 8, 3):
        architecture = SMALL
    run, model, errors = trained(tmp_path, architecture)
    assert evaluate(tmp_path, run) is None
    x = tmp_path / RUN
    assert names(x) == ALWAYS | TRAINED
    metrics, lattice = strict(x / "metrics.json"), strict(x / "lattice.json")
    assert metrics["relative_error"] == pytest.approx(errors.mean(), rel=1e-5)
    assert (metrics["epochs"], metrics["val_loss"]) == (3, 0.3)
    assert strict(x / "cost.json")["fit_seconds"] == 4.5
    assert strict(x / "cost.json")["parameters"] == model.count_params()
    assert lattice["rows"] == lattice["columns"] == (4 if shape[0] == 28 else 2)
    # nothing was trained: the end is the beginning
    for key in ("on", "error"):
        np.testing.assert_allclose(
            np.array(lattice["positions"][key], float),
            np.array(lattice["initial"][key], float),
            atol=2e-6,
        )
    epochs = pd.read_csv(x / "epochs.csv")
    assert epochs["epoch"].tolist() == [1, 2, 3]
    assert epochs["relative_error_first10"][2] == pytest.approx(
        metrics["relative_error_first10"], rel=1e-5
    )
    assert epochs["relative_error"][2] == pytest.approx(metrics["relative_error"], rel=1e-5)
    assert epochs["dead"][2] == lattice["dead"]
    codes = pd.read_csv(x / "codes.csv").set_index("bits")
    assert codes["all"][32] == pytest.approx(metrics["relative_error"], rel=1e-4)
    assert codes["first"][32] == pytest.approx(metrics["relative_error_first10"], rel=1e-4)
    if architecture == SMALL:
        before = strict(x / "record.json")["files"]
        assert evaluate(tmp_path, run) is None
        after = strict(x / "record.json")["files"]
        assert {name for name in before if before[name] != after[name]} <= {"cost.json"}


def test_past_a_skip_there_is_no_lattice_and_no_code(tmp_path):
    data(tmp_path, (8, 8, 3))
    first = {"layer": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same"}
    architecture = {
        **SMALL,
        "encoder": [{**first, "name": "early"}, *SMALL["encoder"]],
        "decoder": [{**TRANSPOSED, "filters": 3, "name": "late"}, {"layer": "Add", "inputs": ["early", "late"]}],
    }  # fmt: skip
    run, _, errors = trained(tmp_path, architecture)
    assert evaluate(tmp_path, run) is None
    assert names(tmp_path / RUN) == ALWAYS | TRAINED - {"lattice.json", "codes.csv"}
    epochs = pd.read_csv(tmp_path / RUN / "epochs.csv")
    assert epochs["relative_error"].tolist() == pytest.approx([errors.mean()] * 3, rel=1e-5)
    assert epochs[["dead", "never_on", "live_error"]].isna().all(axis=None)


def test_validation_on_held_out_images_and_averaged_weights(tmp_path):
    """Epochs are of the validation images; the lattice at the end is of the test images."""
    data(tmp_path, (8, 8, 3))
    run, _, _ = trained(tmp_path, SMALL)
    assert evaluate(tmp_path, run) is None
    seen = strict(tmp_path / RUN / "lattice.json")
    for folder in ("clean", KINDS[1]):
        test = np.load(tmp_path / folder / "test.npy")
        np.save(tmp_path / folder / "validation.npy", np.concatenate([test] * 2))
    held_out = {**run, "data": {"validation": 60}}
    averaged = {**run, "optimizer": {"name": "adam", "use_ema": True}}
    for other in (averaged, held_out):
        vouched_for(tmp_path / RUN, other)
        assert evaluate(tmp_path, other) is None
        found = strict(tmp_path / RUN / "lattice.json")
        for key in ("on", "error"):
            a, b = (np.array(one["positions"][key], float) for one in (seen, found))
            np.testing.assert_allclose(a, b, atol=2e-6)
    # the same sums over twice the images: half the energy is missed
    assert pd.read_csv(tmp_path / RUN / "epochs.csv")["live_error"][0] < seen["live_error"]


def test_what_fails_leaves_no_record(tmp_path):
    data(tmp_path)
    run = settings({"name": "black"})
    assert evaluate(tmp_path, run) is None
    assert (tmp_path / RUN / "record.json").exists()
    (tmp_path / KINDS[1] / "test.npy").unlink()
    assert evaluate(tmp_path, run) is not None
    assert not (tmp_path / RUN / "record.json").exists()


MEASURE = """

@MEASURES.register(
    "bias",
    per_image=True,
    head={"en": "Bias", "zh": "偏差"},
    title={"en": "Mean of the output less that of the clean image", "zh": "输出与干净图像平均值之差"},
)
def bias(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    return (decoded - clean).mean(axis=(1, 2, 3))
"""

METHOD = """
import numpy as np

from denoising.methods import method


@method("grey", title={"en": "Grey", "zh": "灰"}, description={"en": "grey", "zh": "灰"})
class Grey:
    parameters = 1

    def __init__(self, channels: int = 1) -> None:
        self.channels = channels

    def fit(self, noisy, clean, generator):
        self.level = clean.mean() + 0 * generator.random()

    def denoise(self, noisy):
        return np.full((*noisy.shape[:-1], self.channels), self.level)
"""


def test_a_measure_and_a_method_are_one_entry_each(tmp_path):
    data(tmp_path)
    copy = copy_checkout(tmp_path / "project").folder
    library = copy / "workflow" / "scripts" / "denoising"
    with (library / "measures" / "metrics.py").open("a") as file:
        file.write(MEASURE)
    (library / "methods" / "grey.py").write_text(METHOD)
    assert evaluate(tmp_path, settings({"name": "grey", "channels": 1}), copy) is None
    train, test = (np.load(tmp_path / "clean" / f"{part}.npy") for part in ("train", "test"))
    metrics = strict(tmp_path / RUN / "metrics.json")
    assert metrics["bias"] == pytest.approx(train.mean() - test.mean(), abs=1e-6)
    assert "bias" in pd.read_csv(tmp_path / RUN / "images.csv")
    error = evaluate(tmp_path, settings({"name": "grey", "channels": 2}), copy)
    assert error.strip().endswith(
        "error: the method 'grey' makes an array of shape (10, 28, 28, 2) from one of (10, 28, 28, 1);"
        " it must be (10, 28, 28, 1): one image for each"
    )
