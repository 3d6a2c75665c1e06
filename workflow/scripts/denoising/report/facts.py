"""Facts of the runs for the page: what they were computed with, how to cite them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from denoising.files import read_json


def environment_facts(folders: Sequence[Path]) -> dict[str, Any]:
    """Return what the runs were trained with; where they differ, every value is listed."""
    environments = [read_json(folder / "environment.json") for folder in folders]

    def values(*keys: str) -> str:
        found = []
        for environment in environments:
            value: Any = environment
            for key in keys:
                value = value[key]
            found.append(str(value))
        return ", ".join(dict.fromkeys(found))

    first = environments[0]
    processors = pd.Series([environment["cpu"] for environment in environments])
    return {
        **{key: values(key) for key in ("cpu", "cores", "system", "python", "commit", "threads")},
        "packages": {name: values("packages", name) for name in first["packages"]},
        "settings": {name: values("environment", name) for name in first["environment"]},
        "processors": processors.value_counts().to_dict(),
    }


def bibtex(citation: Mapping[str, Any]) -> str:
    """Write a CITATION.cff as a BibTeX entry."""
    names = [  # a group's name in braces of its own: it has no family name
        f"{{{author['name']}}}"
        if "name" in author
        else f"{author['family-names']}, {author['given-names']}"
        for author in citation["authors"]
    ]
    year = str(citation.get("date-released", ""))[:4]
    fields = {
        "title": f"{{{citation['title']}}}",
        "author": " and ".join(names),
        "version": citation.get("version", ""),
        "year": year,
        "license": citation.get("license", ""),
    }
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    return "@software{denoising_autoencoder_lab,\n" + ",\n".join(lines) + "\n}"
