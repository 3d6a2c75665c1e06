"""A setting by its dotted key."""

from collections.abc import Mapping
from typing import Any


def setting(settings: Mapping[str, Any], key: str) -> Any:
    """Return a setting such as ``noise.level``; None where an experiment has none."""
    value: Any = settings
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value
