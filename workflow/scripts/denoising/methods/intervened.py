"""A trained network with positions of its output silenced or revived, and then trained on.

A position of the output has its own place in the last layer's kernel, which it shares with those
positions that see other pixels of the layer before: its weights are set by least squares, so that
it is below 0 (silenced) or follows the clean pixels (revived), and the others stay what they were.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from denoising.errors import LabError
from denoising.files import read_json
from denoising.methods import method
from denoising.methods.autoencoder import Autoencoder
from denoising.registry import about

NOTHING, SILENCED, REVIVED = "nothing", "silenced", "revived"
LOOKED_AT = 500  # images that weights are set by
RIDGE = 1e-4
DEPTH = 2.0  # how far below 0, in mean sizes of what the position put out: else it revives at once
# Of the position that is changed, where one elsewhere has 1: tried in turn until it is silent.
WEIGHTS = (1, 4, 16, 64, 256, 1024, 4096)
Position = tuple[int, int]


@method(
    "intervened",
    title={"en": "Changed and trained on", "zh": "改动后继续训练"},
    description={
        "en": "the autoencoder of `experiment` with positions silenced or revived, trained on",
        "zh": "将 `experiment` 的自编码器的若干输出位置关闭或复活，再继续训练",
    },
)
class Intervened(Autoencoder):
    """A run's model, changed; training it on begins with a fresh optimizer.

    Attributes
    ----------
    told : dict
        ``positions`` of the lattice; how many are dead on the training images ``dead_before``,
        ``dead_at_once`` when weights are set, and in the end (``dead``); which were ``changed``
        ([row, column] each), and how many of these ended as they were set (``held``).
    """

    load = None  # not from its own folder

    def __init__(
        self,
        experiment: Annotated[str, about("The experiment that trained it.")],
        change: Annotated[
            str, about("What is done to positions.", enum=[NOTHING, SILENCED, REVIVED])
        ] = NOTHING,
        positions: Annotated[int, about("How many, at most.", minimum=1)] = 1,
        epochs: Annotated[int, about("That it is trained on.", minimum=0)] = 3,
    ) -> None:
        self.experiment, self.change = experiment, change
        self.count, self.epochs = positions, epochs

    def borrow(self, folder: Path) -> None:
        """Read ``model.keras`` and ``config.json`` of that experiment's run.

        Raises
        ------
        LabError
            If its last layer is none that positions can be set in.
        """
        Autoencoder.load(self, folder)
        self.run = read_json(folder / "config.json")
        self.architecture = self.run["architecture"]
        last = self.architecture["decoder"][-1]
        kernel, self.strides = (_pair(last.get(key, 1)) for key in ("kernel_size", "strides"))
        if (last["layer"], last.get("filters"), last.get("use_bias")) != (
            "Conv2DTranspose", 1, False,
        ) or kernel != self.strides:  # fmt: skip
            raise LabError(
                f"{folder}: its last layer must be a Conv2DTranspose of one filter, without a bias,"
                " whose kernel is as large as its strides"
            )

    def fit(self, noisy: np.ndarray, clean: np.ndarray, generator: np.random.Generator) -> None:
        """Change positions that the generator draws, and train on."""
        before = self.dead(noisy, clean)
        among = {NOTHING: np.zeros_like(before), SILENCED: ~before, REVIVED: before}[self.change]
        changed = generator.permutation(np.argwhere(among))[: self.count]
        self.set(noisy[:LOOKED_AT], clean[:LOOKED_AT], [(int(r), int(c)) for r, c in changed])
        at_once = self.dead(noisy, clean)
        self.train_on(noisy, clean, int(generator.integers(2**31)))
        after = self.dead(noisy, clean)
        wanted = self.change == SILENCED
        self.told = {
            "positions": before.size,
            "dead_before": int(before.sum()),
            "dead_at_once": int(at_once.sum()),
            "dead": int(after.sum()),
            "changed": changed.tolist(),
            "held": int((after[tuple(changed.T)] == wanted).sum()),
        }

    def dead(self, noisy: np.ndarray, clean: np.ndarray) -> np.ndarray:
        """Tell which positions are dead on images."""
        from denoising.measures.lattice import pixel_sums, positions

        sums = pixel_sums(self.denoise(noisy), clean)
        return positions(sums["on"], sums["squared_error"], clean, self.architecture).dead

    def set(self, noisy: np.ndarray, clean: np.ndarray, changed: Sequence[Position]) -> None:
        """Set the weights of positions by what these images need."""
        import keras

        from denoising.measures.lattice import ON_SHARE
        from denoising.model.shapes import period

        last = self.model.layers[-1]
        layer = keras.Model(self.model.inputs, last.input)
        before = layer.predict(noisy, batch_size=100, verbose=0).astype(np.float64)
        flat, [kernel] = before.reshape(-1, before.shape[-1]), last.get_weights()
        rows, columns = (
            p // s for p, s in zip(period(self.architecture), self.strides, strict=True)
        )
        seen = defaultdict(list)
        for position in changed:
            at, (row, column) = place(position, self.strides)
            seen[at].append(np.zeros(before.shape[:3], bool))
            seen[at][-1][:, row::rows, column::columns] = True
        for at, each in seen.items():  # those of one place together
            inside = np.any(each, axis=0)
            target = clean[:, at[0] :: self.strides[0], at[1] :: self.strides[1], 0]
            own = kernel[*at, 0].astype(np.float64)
            if self.change == SILENCED:
                target = np.full(before.shape[:3], -DEPTH * np.abs(before @ own).mean())
            for weight in WEIGHTS:
                found = set_weights(flat, own, inside.ravel(), target.ravel(), weight)
                on = max((before[own_pixels] @ found > 0).mean() for own_pixels in each)
                if self.change == REVIVED or on < ON_SHARE / 2:
                    break
            kernel[*at, 0] = found
        last.set_weights([kernel])

    def train_on(self, noisy: np.ndarray, clean: np.ndarray, seed: int) -> None:
        """Train all weights, as the run was trained."""
        import keras

        from denoising import losses
        from denoising.model.build import configured

        loss = losses.function(self.run["loss"]) or configured(keras.losses, self.run["loss"])
        self.model.compile(configured(keras.optimizers, self.run["optimizer"]), loss)
        keras.utils.set_random_seed(seed)
        size = self.run["training"]["batch_size"]
        self.model.fit(noisy, clean, batch_size=size, epochs=self.epochs, verbose=0)


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


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)
