"""Configuration files: read, and laid over each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from denoising.errors import LabError

Config = dict[str, Any]
Text = str | dict[str, str]  # one text, or one a language


class ConfigError(LabError):
    """Everything that is wrong with a configuration, a line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_yaml(path: Path) -> Config:
    """Read one YAML 1.2 file that holds a mapping.

    Raises
    ------
    ConfigError
        If it cannot be read, is no YAML, is empty, repeats a key, or holds no mapping.
    """
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError([f"{path}:{line}: is not UTF-8 text; save the file as UTF-8"]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (error.problem or "").splitlines()[0].replace("with value", "given twice: value")
        raise ConfigError([f"{where}: {problem}"]) from None
    except YAMLError as error:
        raise ConfigError([f"{path}: is no YAML ({str(error).splitlines()[0]})"]) from None
    if content is None:
        raise ConfigError([f"{path}: is empty"])
    if not isinstance(content, dict):
        raise ConfigError(
            [f"{path}: must hold keys at top level, holds a {type(content).__name__}"]
        )
    return content


def merge(base: Any, overlay: Any) -> Any:
    """Lay one value over another.

    Mappings are merged key by key, unless both say a different ``name`` or ``kind``: another
    optimizer does not inherit arguments. Everything else is replaced. Neither input is changed.
    """
    if not (isinstance(base, Mapping) and isinstance(overlay, Mapping)):
        return overlay
    for key in ("name", "kind"):
        if key in base and key in overlay and base[key] != overlay[key]:
            return overlay
    merged = {key: merge(value, overlay[key]) for key, value in base.items() if key in overlay}
    return {**base, **overlay, **merged}


def typed(value: Any) -> Any:
    """Read the texts of a command line as YAML reads them: 3, true, 1e-4."""
    if isinstance(value, Mapping):
        return {key: typed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [typed(part) for part in value]
    if not isinstance(value, str):
        return value
    try:
        return YAML(typ="safe", pure=True).load(value)
    except YAMLError:
        return value
