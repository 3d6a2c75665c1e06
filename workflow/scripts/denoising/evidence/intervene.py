"""Silence positions of a trained network, revive dead ones, and see whether the law follows.

``python -m denoising.evidence.intervene results/runs/baseline/seed-4 … --output table.csv``

Weights are set, then all are trained on. A position of the output has its own place in the last
layer's kernel, which it shares with those positions that see other pixels of the layer before: its
weights are set by least squares, so that it is below 0 (silenced) or follows the clean pixels
(revived), and the others stay what they were. What is predicted is the error of the same network,
trained on as long without any change, with those positions dead that end dead.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from denoising import losses, seeds
from denoising.config.resolve import data_slug, noise_slug
from denoising.errors import LabError, run_program
from denoising.evidence.coverage import by_law
from denoising.files import read_array, read_json
from denoising.measures.lattice import ON_SHARE, by_position, pixel_sums, positions
from denoising.model.shapes import period
from denoising.training.runtime import import_tensorflow

NOTHING, SILENCED, REVIVED = "nothing", "silenced", "revived"
LOOKED_AT = 500  # images that weights are set by
RIDGE = 1e-4
DEPTH = 2.0  # how far below 0, in mean sizes of what the position put out: else it revives at once
WEIGHTS = (
    1,
    4,
    16,
    64,
    256,
    1024,
    4096,
)  # of the position that is changed, tried until it is silent
GENERATOR_SEED = 20_261_130
COLUMNS = [
    "experiment", "seed", "change", "row", "column", "dead_before", "error_before",
    "dead_at_once", "error_at_once", "predicted_at_once", "dead_after", "is_dead", "error_after",
    "predicted", "predicted_by_count",
]  # fmt: skip
Position = tuple[int, int]


class State(NamedTuple):
    """What a network makes of the test images.

    Attributes
    ----------
    error : float
        Mean relative error.
    dead : ndarray of bool, shape (rows, columns)
    squared, energy : ndarray, shape (N, rows, columns)
        Of each image and position: sum of squared errors, and of squared clean pixels.
    """

    error: float
    dead: np.ndarray
    squared: np.ndarray
    energy: np.ndarray


def state_of(decoded: np.ndarray, clean: np.ndarray, architecture: Mapping[str, Any]) -> State:
    """Describe decoded images, (N, rows, columns, channels)."""
    lattice = period(architecture)
    sums = pixel_sums(decoded, clean)
    found = positions(sums["on"], sums["squared_error"], clean, architecture)
    squared = by_position(np.square(decoded - clean, dtype=np.float64), lattice)
    energy = by_position(np.square(clean, dtype=np.float64), lattice)
    each = np.sqrt(squared.sum(axis=(1, 2)) / energy.sum(axis=(1, 2)))
    return State(float(each.mean()), found.dead, squared, energy)


def predicted(state: State, dead: np.ndarray) -> float:
    """Mean error of the same network with other positions dead, image by image.

    Of image i these hold the share s of the energy, and the others have the error q that those of
    them have which live now: r² = s + (1 − s) · q².
    """
    share = state.energy[:, dead].sum(axis=1) / state.energy.sum(axis=(1, 2))
    live = ~(dead | state.dead)
    square = state.squared[:, live].sum(axis=1) / state.energy[:, live].sum(axis=1)
    return float(np.sqrt(share + (1 - share) * square).mean())


def place(position: Position, strides: tuple[int, int]) -> tuple[Position, Position]:
    """Return a position's place in the last kernel, and which pixels of the layer before it sees.

    Output pixel (r, c) of a transposed convolution whose kernel is as large as its stride is made
    from pixel (r // s, c // s) by the weights at (r % s, c % s).
    """
    (row, column), (down, across) = position, strides
    return (row % down, column % across), (row // down, column // across)


def set_weights(
    before: np.ndarray, weights: np.ndarray, inside: np.ndarray, target: np.ndarray, weight: float
) -> np.ndarray:
    """Choose weights that give the target inside, and what they gave elsewhere.

    Parameters
    ----------
    before : ndarray, shape (M, channels)
        Pixels of the layer before.
    weights : ndarray, shape (channels,)
    inside : ndarray of bool, shape (M,)
        Those that the position sees.
    target : ndarray, shape (M,)
        Of the output; counts inside.
    weight : float
        Of a pixel inside, where one elsewhere has 1.
    """
    wanted = np.where(inside, target, before @ weights)
    scale = np.sqrt(np.where(inside, weight, 1.0))
    x, y = before * scale[:, None], wanted * scale
    x = np.vstack([x, np.sqrt(RIDGE * len(x)) * np.eye(x.shape[1])])
    y = np.concatenate([y, np.sqrt(RIDGE * len(before)) * weights])  # towards what they were
    return np.linalg.lstsq(x, y, rcond=None)[0]


class Network:
    """A trained network with its images.

    Parameters
    ----------
    folder : Path
        Of a run; its data stand in ``datasets`` beside ``runs``.

    Raises
    ------
    LabError
        If there is no such run, or its last layer is none that positions can be set in.
    """

    def __init__(self, folder: Path) -> None:
        import keras

        self.folder, self.run = folder, _read(folder, "config.json")
        self.architecture = self.run["architecture"]
        last = self.architecture["decoder"][-1]
        sizes = [_pair(last.get(key, 1)) for key in ("kernel_size", "strides")]
        if last["layer"] != "Conv2DTranspose" or sizes[0] != sizes[1] or last["filters"] != 1:
            raise LabError(
                f"{folder}: its last layer must be a Conv2DTranspose of one filter whose kernel is"
                " as large as its strides"
            )
        self.strides = sizes[1]
        seed = seeds.seed_of(self.run, "noise")
        clean = folder.parents[2] / "datasets" / data_slug(self.run["data"])
        noisy = clean / noise_slug(self.run["noise"]) / f"seed-{seed}"
        self.images = {
            part: tuple(read_array(of / f"{part}.npy") for of in (noisy, clean))
            for part in ("train", "test")
        }
        self.model = keras.models.load_model(folder / "model.keras", compile=False)
        self.trained = self.model.get_weights()

    def state(self) -> State:
        """Measure it on the test images."""
        noisy, clean = self.images["test"]
        decoded = self.model.predict(noisy, batch_size=200, verbose=0)
        return state_of(decoded, clean, self.architecture)

    def change(self, position: Position, change: str) -> None:
        """Set the weights of a position."""
        import keras

        last = self.model.layers[-1]
        noisy, clean = (images[:LOOKED_AT] for images in self.images["train"])
        layer = keras.Model(self.model.inputs, last.input)
        before = layer.predict(noisy, batch_size=100, verbose=0).astype(np.float64)
        at, seen = place(position, self.strides)
        rows, columns = (
            p // s for p, s in zip(period(self.architecture), self.strides, strict=True)
        )
        inside = np.zeros(before.shape[:3], bool)
        inside[:, seen[0] :: rows, seen[1] :: columns] = True
        target = clean[:, at[0] :: self.strides[0], at[1] :: self.strides[1], 0]
        kernel, *others = last.get_weights()
        flat, own = before.reshape(-1, before.shape[-1]), kernel[*at, 0].astype(np.float64)
        if change == SILENCED:
            below = -DEPTH * np.abs(before @ own).mean()
            target = np.full(before.shape[:3], below)
        for weight in WEIGHTS:
            found = set_weights(flat, own, inside.ravel(), target.ravel(), weight)
            if change == REVIVED or (before[inside] @ found > 0).mean() < ON_SHARE / 2:
                break
        kernel[*at, 0] = found
        last.set_weights([kernel, *others])

    def train_on(self, epochs: int) -> None:
        """Train all weights for so many epochs, as the run was trained."""
        import keras

        from denoising.model.build import configured

        loss = losses.function(self.run["loss"]) or configured(keras.losses, self.run["loss"])
        self.model.compile(configured(keras.optimizers, self.run["optimizer"]), loss)
        keras.utils.set_random_seed(GENERATOR_SEED)
        size = self.run["training"]["batch_size"]
        self.model.fit(*self.images["train"], batch_size=size, epochs=epochs, verbose=0)

    def restore(self) -> None:
        """Take the trained weights again."""
        self.model.set_weights(self.trained)


def interventions(network: Network, each: int, epochs: int) -> Iterator[dict[str, Any]]:
    """Change so many living and dead positions, one at a time; the first row is without a change.

    Yields
    ------
    dict
        ``experiment``, ``seed``, ``change``, ``row`` and ``column`` of the position; dead positions
        and error before; the same as soon as weights are set (``…_at_once``), and what is predicted
        of that from the network before; ``dead_after`` and whether the position ``is_dead`` when
        all was trained on, ``error_after``; and what is ``predicted`` of that, image by image, and
        by the number of dead positions alone (``predicted_by_count``).
    """
    before = network.state()
    rng = np.random.default_rng([GENERATOR_SEED, network.run["seed"]])
    about = {
        "experiment": network.run["experiment"], "seed": network.run["seed"],
        "dead_before": int(before.dead.sum()), "error_before": before.error,
    }  # fmt: skip
    network.train_on(epochs)
    untouched = network.state()
    yield {
        **about, "change": NOTHING, "dead_at_once": int(before.dead.sum()),
        "error_at_once": before.error, "predicted_at_once": before.error,
        "dead_after": int(untouched.dead.sum()), "error_after": untouched.error,
        "predicted": untouched.error, "predicted_by_count": untouched.error,
    }  # fmt: skip
    for change, among in ((SILENCED, ~before.dead), (REVIVED, before.dead)):
        candidates = np.argwhere(among)
        chosen = rng.permutation(len(candidates))[:each]
        for row, column in candidates[np.sort(chosen)]:
            position = int(row), int(column)
            network.restore()
            network.change(position, change)
            at_once = network.state()
            network.train_on(epochs)
            after = network.state()
            live = np.sqrt(
                untouched.squared[:, ~untouched.dead].sum()
                / untouched.energy[:, ~untouched.dead].sum()
            )
            yield {
                **about, "change": change, "row": position[0], "column": position[1],
                "dead_at_once": int(at_once.dead.sum()), "error_at_once": at_once.error,
                "predicted_at_once": predicted(before, at_once.dead),
                "dead_after": int(after.dead.sum()), "is_dead": bool(after.dead[position]),
                "error_after": after.error,
                "predicted": predicted(untouched, after.dead),
                "predicted_by_count": float(by_law(np.array(after.dead.mean()), live)),
            }  # fmt: skip


def _read(folder: Path, name: str) -> Any:
    if not (folder / name).is_file():
        raise LabError(f"{folder}: has no {name}; name the folder of a trained run")
    return read_json(folder / name)


def _pair(value: int | Sequence[int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def main() -> None:
    """Write the table of all runs that are named."""
    parser = argparse.ArgumentParser(
        prog="python -m denoising.evidence.intervene", description=__doc__.splitlines()[0]
    )
    parser.add_argument("runs", type=Path, nargs="+", help="folders of trained runs")
    parser.add_argument("--each", type=int, default=2, help="positions to silence, and to revive")
    parser.add_argument("--epochs", type=int, default=3, help="that are trained on")
    parser.add_argument("--output", type=Path, required=True, help="a .csv file")
    arguments = parser.parse_args()

    import_tensorflow()
    rows: list[dict[str, Any]] = []
    for folder in arguments.runs:
        for row in interventions(Network(folder.resolve()), arguments.each, arguments.epochs):
            rows.append(row)
            print(f"{folder}: {row['change']}, {row['error_after']:.4f}", flush=True)
            pd.DataFrame(rows, columns=COLUMNS).to_csv(arguments.output, index=False)


if __name__ == "__main__":
    run_program(main)
