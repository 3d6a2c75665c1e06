"""A trained run as the model that the repository ships: what cleans pictures, and no more."""

from pathlib import Path

from denoising.cleaning.network import SUMS, Network
from denoising.errors import LabError
from denoising.files import put, sha256

MOST = 2_000_000  # bytes


def ship(run: Path, folder: Path) -> int:
    """Copy a run's configuration and weights, without the optimizer's state, and their checksums.

    Parameters
    ----------
    run : Path
        Of a network that `Network` can clean with.
    folder : Path

    Returns
    -------
    int
        Bytes of all files.

    Raises
    ------
    LabError
        If the run holds no such network, or it is larger than `MOST`.
    """
    import keras

    Network(run)
    folder.mkdir(parents=True, exist_ok=True)
    put(folder / "config.json", (run / "config.json").read_bytes())
    model = keras.models.load_model(run / "model.keras", compile=False)  # nor an optimizer's state
    model.save(folder / "model.keras")
    names = ("config.json", "model.keras")
    size = sum((folder / name).stat().st_size for name in names)
    if size > MOST:
        raise LabError(f"{folder}: would have {size / 1e6:.1f} MB, of at most {MOST / 1e6:.0f}")
    sums = (f"{sha256((folder / name).read_bytes())}  {name}\n" for name in names)
    put(folder / SUMS, "".join(sums).encode())
    return size
