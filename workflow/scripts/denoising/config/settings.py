"""Settings by their dotted keys."""

from collections.abc import Mapping, Sequence
from typing import Any

SOURCES = ("noise", "weights", "order", "images")  # of chance


def setting(settings: Mapping[str, Any], key: str) -> Any:
    """Return a setting such as ``noise.level``; None where an experiment has none."""
    value: Any = settings
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def keys(stated: str | Sequence[str]) -> list[str]:
    """Return one key or several as a list."""
    return [stated] if isinstance(stated, str) else list(stated)
