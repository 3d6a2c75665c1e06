"""Reading what the figures draw."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoising.figures import Drawn
from denoising.tables import read_json


def read_drawn(run: str, clean: str, noisy: str, title: str, reported: float | None) -> Drawn:
    """Read one run for drawing.

    Parameters
    ----------
    run : str
        Folder of the run.
    clean, noisy : str
        Paths of its test images, ``.npy``.
    title : str
        Name of the experiment.
    reported : float or None
        The write-up's average relative error of the first ten images.
    """

    def first(path: str) -> np.ndarray:
        return np.load(path, mmap_mode="r")[0, :, :, 0]

    folder = Path(run)
    config, lattice = (read_json(folder / f"{name}.json") for name in ("config", "lattice"))
    with np.load(folder / "decoded.npz") as decoded:
        denoised = decoded["decoded"][0, :, :, 0] / 255
    return Drawn(
        title=title,
        seed=config["seed"],
        loss=config["loss"]["name"],
        history=pd.read_csv(folder / "history.csv"),
        errors=pd.read_csv(folder / "images.csv")["relative_error"].to_numpy(),
        original=first(clean),
        noisy=first(noisy),
        denoised=denoised,
        lattice=np.array(lattice["positions"]["error"], dtype=float),
        dead=int(lattice["dead"] or 0),
        reported=reported,
    )
