"""Store one run's codes in fewer and fewer bits, and measure what its decoder makes of them."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.measures.codes import WORD_LENGTHS, code_range, image_errors, stored
from denoising.measures.metrics import FIRST, relative_error
from denoising.training.runtime import import_tensorflow

BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noisy arrays")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    import_tensorflow()
    import keras

    model = keras.models.load_model(arguments.model)
    code = model.get_layer("code").output
    encoder, decoder = keras.Model(model.input, code), keras.Model(code, model.output)

    def run(part: keras.Model, images: np.ndarray) -> np.ndarray:
        return part.predict(images, batch_size=BATCH, verbose=0)

    clean = np.load(arguments.clean / "test.npy")
    limits = code_range(run(encoder, np.load(arguments.noisy / "train.npy")))
    codes = run(encoder, np.load(arguments.noisy / "test.npy"))
    rows = []
    for bits in WORD_LENGTHS:
        errors = relative_error(clean, run(decoder, stored(codes, bits, limits)))
        rows.append({"bits": bits, **image_errors(errors, FIRST)})
    pd.DataFrame(rows).to_csv(arguments.output, index=False, float_format="%.6g")


if __name__ == "__main__":
    run_program(main)
