"""The whole configuration, read and checked."""

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from denoising.config.check import check
from denoising.config.read import Config, ConfigError, merge, read_config, typed, unfit
from denoising.config.resolve import expanded
from denoising.data.photographs import identity
from denoising.errors import LabError


def load(
    paths: list[Path], overrides: Mapping[str, Any] | None = None, origin: str = "--config"
) -> Config:
    """Read the configuration files, each laid over those before, and check the whole.

    Parameters
    ----------
    paths : list of Path
        ``config/config.yaml`` and the overlays after it.
    overrides : mapping, optional
        Values that are laid over everything.
    origin : str
        Where these come from, for what is said of them.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    sources = [(str(path), read_config(path)) for path in paths]
    if overrides:
        own = typed(overrides)
        if lines := [f"{origin}: {line}" for line in unfit(own)]:
            raise ConfigError(lines)
        sources.append((origin, own))
    config = reduce(merge, (content for _, content in sources))
    lines = check(config, sources)
    if lines:
        raise ConfigError(lines)
    return _with_pictures(expanded(config))


def _with_pictures(config: Config) -> Config:
    """Add the checksum of those data sets that are made of pictures, and used."""
    used = {
        merge(config["defaults"], own)["data"]["dataset"] for own in config["experiments"].values()
    }
    datasets, lines = dict(config["datasets"]), []
    for name in sorted(used):
        if "images" in datasets[name]:
            try:
                checksum = identity(datasets[name]["images"])
            except (LabError, OSError) as error:
                lines.append(f"datasets.{name}.images: {error}")
                continue
            datasets[name] = {**datasets[name], "files": {"pictures": {"sha256": checksum}}}
    if lines:
        raise ConfigError(lines)
    return {**config, "datasets": datasets}
