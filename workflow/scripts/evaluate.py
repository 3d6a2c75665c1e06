"""Measure one run on every test image."""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.data.noise import add_noise
from denoising.errors import run_program
from denoising.measures.metrics import FIRST, image_metrics, relative_error, status, summary
from denoising.seeds import generator
from denoising.training.runtime import import_tensorflow

BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the run's")
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--history", required=True, type=Path)
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noisy arrays")
    parser.add_argument("--output", required=True, type=Path, help="folder of the run")
    parser.add_argument("--checkpoints", required=True, type=Path, help="the run's, now deleted")
    arguments = parser.parse_args()

    import_tensorflow()
    import keras

    clean = np.load(arguments.clean / "test.npy")
    noisy = np.load(arguments.noisy / "test.npy")
    labels = np.load(arguments.clean / "test-labels.npy")
    history = pd.read_csv(arguments.history)
    model = keras.models.load_model(arguments.model)
    decoded = model.predict(noisy, batch_size=BATCH, verbose=0)

    run_status = status(history, decoded)
    images = image_metrics(clean, decoded)
    images.insert(0, "label", labels)
    images.to_csv(arguments.output / "images.csv", index_label="image", float_format="%.6g")
    metrics = summary(images, history, run_status)
    metrics["relative_error_noisy"] = float(relative_error(clean, noisy).mean())
    run = json.loads(arguments.config.read_text())
    other = add_noise(clean[:FIRST], run["noise"], generator(run["seed"], "test noise", 1))
    errors = relative_error(clean[:FIRST], model.predict(other, verbose=0))
    metrics["relative_error_other_noise"] = (
        float(errors.mean()) if np.isfinite(errors).all() else None
    )
    (arguments.output / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    # 8 bits are for looking at; every number above is from the 32-bit outputs.
    pixels = np.rint(255 * np.clip(np.nan_to_num(decoded), 0, 1)).astype(np.uint8)
    np.savez_compressed(arguments.output / "decoded.npz", decoded=pixels)
    # Not by the training itself: only now has Snakemake taken the model over.
    shutil.rmtree(arguments.checkpoints, ignore_errors=True)


if __name__ == "__main__":
    run_program(main)
