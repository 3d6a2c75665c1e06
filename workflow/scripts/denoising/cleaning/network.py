"""A trained network for pictures of any size, from the folder of a run or the one that is shipped.

A folder holds ``config.json`` (the resolved experiment) and ``model.keras``.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from denoising.cleaning.tiles import reach, tiled
from denoising.errors import LabError
from denoising.files import read_json, sha256

SUMS = "SHA256SUMS"
TOLD = "gaussian-told"  # the noise whose level is a second channel
CONVOLUTIONS = ("Conv2D", "Conv2DTranspose")


class Network:
    """What cleans one channel of a picture.

    Parameters
    ----------
    folder : Path
        Of a run that was trained on `TOLD` noise, by convolutions alone.

    Attributes
    ----------
    strongest : float
        Most noise that it was trained with.

    Raises
    ------
    LabError
        If the folder holds no such network, or its files are not those of its checksums.
    """

    def __init__(self, folder: Path) -> None:
        import keras

        for name in ("config.json", "model.keras"):
            if not (folder / name).is_file():
                raise LabError(f"{folder}: has no {name}; name the folder of a trained run")
        _verify(folder)
        settings = read_json(folder / "config.json")
        noise, self.architecture = settings["noise"], settings.get("architecture", {})
        layers = [*self.architecture.get("encoder", ()), *self.architecture.get("decoder", ())]
        if noise["kind"] != TOLD or {one["layer"] for one in layers} - {*CONVOLUTIONS}:
            raise LabError(
                f"{folder}: is no network of convolutions that is told the level ({TOLD} noise)"
            )
        self.strongest = float(noise["high"])
        self.weights = keras.models.load_model(folder / "model.keras").get_weights()
        self.margin = reach(self.architecture)

    def clean(self, picture: np.ndarray, level: float) -> np.ndarray:
        """Clean one channel: the mean of what the network makes of it upright and upside down.

        Of what a network errs in, part depends on how the picture lies (Timofte et al. 2016, Seven
        ways to improve example-based single image super resolution, average over eight).

        Parameters
        ----------
        picture : ndarray, shape (rows, columns)
            In [0, 1].
        level : float
            Standard deviation of its noise.

        Returns
        -------
        ndarray of float32, the same shape
            In [0, 1].
        """

        def network(size: tuple[int, int]) -> Callable[[np.ndarray], np.ndarray]:
            model = self._model(size)

            def apply(tile: np.ndarray) -> np.ndarray:
                told = np.stack([tile, np.full_like(tile, level)], axis=-1)
                return np.asarray(model(told, training=False))[..., 0]

            return apply

        upright = picture.astype(np.float32)
        over = tiled(upright[::-1, ::-1], self.margin, network)[::-1, ::-1]
        return np.clip((tiled(upright, self.margin, network) + over) / 2, 0, 1)

    def _model(self, size: tuple[int, int]) -> Any:
        from denoising.model.build import build_autoencoder

        architecture = {**self.architecture, "input_shape": [*size, 2], "output_shape": [*size, 1]}
        model = build_autoencoder(architecture, seed=0)
        model.set_weights(self.weights)
        return model


def _verify(folder: Path) -> None:
    """Hold the files against the checksums that a shipped folder has."""
    if not (folder / SUMS).exists():
        return
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        if sha256((folder / name).read_bytes()) != digest:
            raise LabError(f"{folder / name}: is damaged (another SHA-256); check it out again")
