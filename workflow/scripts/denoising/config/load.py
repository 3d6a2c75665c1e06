"""The whole configuration, read and checked."""

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from denoising.config.check import check
from denoising.config.read import Config, ConfigError, merge, read_config, typed, unfit
from denoising.config.resolve import with_variants


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
    return with_variants(config)
