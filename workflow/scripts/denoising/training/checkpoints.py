"""Where a training stands after an epoch, on disk, so that a killed one can go on."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from denoising.files import put
from denoising.training.state import Epoch, State

KEPT = 2  # the last one, and the one before in case that is damaged
# Before the names of arrays in a file.
VARIABLE, BEST, TRAJECTORY = "arr_", "best_", "trajectory_"
FILES = "epoch-*.checkpoint"
DIGEST = hashlib.sha256
DIGEST_SIZE = DIGEST().digest_size


class Checkpoints:
    """The last checkpoints of one run.

    Parameters
    ----------
    folder : Path
        Holds them, and nothing else that ends in ``.checkpoint``.
    identity : mapping
        All that decides the run's bits, as JSON values by name (its configuration, code, data,
        packages, processor). A checkpoint with another identity is never continued.
    shorter : Path, optional
        Folder of what was kept of a run that may have been the same, for fewer epochs.

    Notes
    -----
    A file is the SHA-256 of the rest, then an ``.npz`` archive. It is written beside its place
    and moved there, so that a name always stands for a whole file. (Keras' `BackupAndRestore`
    writes weights and epoch into two files, in place, and checks neither.)
    """

    def __init__(
        self, folder: Path, identity: Mapping[str, Any], shorter: Path | None = None
    ) -> None:
        self.folder, self.shorter = folder, shorter
        self.identity = json.loads(json.dumps(identity))
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, state: State) -> None:
        """Write a checkpoint, and drop those that are older than the one before it."""
        archive = io.BytesIO()
        np.savez(
            archive,
            *state.variables,
            identity=np.array(json.dumps(self.identity, allow_nan=False)),
            history=np.array(state.history, float).reshape(-1, len(Epoch._fields)),
            **{f"{BEST}{number}": array for number, array in enumerate(state.best)},
            **{f"{TRAJECTORY}{name}": array for name, array in state.trajectory.items()},
        )
        payload = archive.getvalue()
        path = self.folder / f"epoch-{len(state.history):06d}.checkpoint"
        put(path, DIGEST(payload).digest() + payload, lasting=True)
        for old in self._files()[KEPT:]:
            old.unlink()

    def keep(self, folder: Path) -> None:
        """Copy the checkpoint that the training ended with to where a longer run looks for it."""
        for path in [*self._files(), *self._of_shorter()][:1]:
            folder.mkdir(parents=True, exist_ok=True)
            put(folder / path.name, path.read_bytes())

    def restore(self) -> State | None:
        """Read the newest checkpoint that is whole and of this identity.

        Every other one is deleted, with a line on stdout that says why. Where there is none, it is
        that of the shorter run, if only its name and its number of epochs are others.
        """
        return self._restore_own() or self._restore_shorter()

    def _of_shorter(self) -> list[Path]:
        return sorted(self.shorter.glob(FILES), reverse=True) if self.shorter else []

    def _restore_shorter(self) -> State | None:
        for path in self._of_shorter():
            try:
                identity, state = _read(path)
                epochs = self.identity["configuration"]["training"]["epochs"]
                if len(state.history) <= epochs and _lasting(identity) == _lasting(self.identity):
                    return state
                reason = "more differs than the epochs"
            except (OSError, ValueError, LookupError) as error:
                reason = f"it is damaged ({error})"
            print(f"checkpoint {path} not gone on from: {reason}", flush=True)
        return None

    def _restore_own(self) -> State | None:
        for path in self._files():
            try:
                identity, state = _read(path)
                different = [
                    name
                    for name in {**self.identity, **identity}
                    if self.identity.get(name) != identity.get(name)
                ]
                if not different:
                    return state
                reason = f"it was made with another {', another '.join(different)}"
            except (OSError, ValueError, LookupError) as error:
                reason = f"it is damaged ({error})"
            print(f"checkpoint {path} dropped: {reason}", flush=True)
            path.unlink()
        return None

    def _files(self) -> list[Path]:
        """Checkpoints, the newest first."""
        return sorted(self.folder.glob(FILES), reverse=True)


def digest(parts: Sequence[bytes | np.ndarray]) -> str:
    """Return the SHA-256 of some parts, in hexadecimal."""
    hashed = DIGEST()
    for part in parts:
        hashed.update(part if isinstance(part, bytes) else np.ascontiguousarray(part))
    return hashed.hexdigest()


def _lasting(identity: Mapping[str, Any]) -> dict[str, Any]:
    """Return an identity without what a run for more epochs has otherwise."""
    run = {key: one for key, one in identity["configuration"].items() if key != "experiment"}
    training = {key: one for key, one in run["training"].items() if key != "epochs"}
    return {**identity, "configuration": {**run, "training": training}}


def _read(path: Path) -> tuple[dict[str, Any], State]:
    content = path.read_bytes()
    expected, payload = content[:DIGEST_SIZE], content[DIGEST_SIZE:]
    if DIGEST(payload).digest() != expected:
        raise ValueError("its checksum differs")
    with np.load(io.BytesIO(payload)) as archive:
        identity = json.loads(str(archive["identity"]))

        def named(prefix: str) -> dict[str, np.ndarray]:
            return {
                n.removeprefix(prefix): archive[n]
                for n in archive.files
                if n[: len(prefix)] == prefix
            }

        def numbered(prefix: str) -> list[np.ndarray]:
            arrays = named(prefix)
            return [arrays[str(number)] for number in range(len(arrays))]

        history = tuple(Epoch(*row) for row in archive["history"].tolist())
        return identity, State(history, numbered(VARIABLE), numbered(BEST), named(TRAJECTORY))
