"""The criteria of ``claims.yaml``, read and checked before anything runs."""

import difflib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from denoising.config.read import Config, ConfigError, escaped, key_path, read_config
from denoising.config.schema import SCHEMAS, Problem, reference, schema, schema_problems
from denoising.measures.metrics import MEASURES

RESERVED = "value-"  # ids of the reported numbers, a claim each


@cache
def claims_schema() -> dict[str, Any]:
    """Return the JSON schema of the claims; the measures are those that `runs.csv` has."""
    found = YAML(typ="safe", pure=True).load(SCHEMAS / "claims.schema.yaml")
    measures = [*(one.name for one in MEASURES.of("runs")), *found["$defs"].pop("columns")]
    found["$defs"] = {**schema()["$defs"], **found["$defs"], "measures": {"enum": measures}}
    return found


def load_claims(path: Path, config: Config, *, about_it: bool = True) -> Config:
    """Read the claims and check them.

    Parameters
    ----------
    path : Path
    config : dict
        The configuration, checked and with its variants.
    about_it : bool
        Whether the claims belong to this configuration: then their experiments are in it, if it
        has reported numbers. Else those on other experiments are not judged.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    claims = read_config(path)
    problems = dict.fromkeys(_problems(claims, config, about_it))
    if problems:
        raise ConfigError([f"{path}: {key_path(at)}: {escaped(text)}" for at, text in problems])
    return claims


def _problems(claims: Config, config: Config, about_it: bool) -> Iterator[Problem]:
    rules = claims_schema()
    found = list(schema_problems(claims, rules))
    if not found:
        for n, claim in enumerate(claims["claims"]):
            kind = {"$defs": rules["$defs"], **rules["$defs"]["kinds"][claim["kind"]]}
            found += schema_problems(claim, kind, ("claims", n))
    yield from found
    if found:
        return
    known = list(config["experiments"])
    check_names = about_it and any("reported" in one for one in config["experiments"].values())
    ids: dict[str, int] = {}
    for n, claim in enumerate(claims["claims"]):
        first = ids.setdefault(claim["id"], n)
        if first != n:
            yield ("claims", n, "id"), f"is '{claim['id']}', as claims[{first}].id is"
        elif claim["id"].startswith(RESERVED):
            yield ("claims", n, "id"), f"is '{claim['id']}': '{RESERVED}…' are the reported numbers"
        if isinstance(claim.get("limit"), str):
            at = ("claims", n, "limit")
            yield from reference(at, claim["limit"], rules["$defs"]["measures"]["enum"], "measure")
        for m, name in enumerate(claim.get("experiments", ()) if check_names else ()):
            yield from reference(("claims", n, "experiments", m), name, known, "experiment")
    # The twins may be a variant of another preset.
    variants, twins = list(config.get("variants", {})), claims.get("twins")
    if twins not in variants and difflib.get_close_matches(str(twins), variants):
        yield from reference(("twins",), twins, variants, "variant")
