"""Reading the configuration: YAML files, laid over each other, and experiments resolved."""

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from denoising.errors import LabError
from denoising.keras_names import names

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


def load(paths: list[Path], overrides: Mapping[str, Any] | None = None) -> Config:
    """Read the configuration files, each laid over those before, and check the whole.

    Parameters
    ----------
    paths : list of Path
        ``config/config.yaml`` and the overlays after it.
    overrides : mapping, optional
        Values from the command line (``--config``), laid over everything.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    from denoising.check import check  # which imports this module

    sources = [(str(path), read_yaml(path)) for path in paths]
    if overrides:
        sources.append(("--config", _typed(overrides)))
    config = reduce(merge, (content for _, content in sources))
    lines = check(config, sources)
    if lines:
        raise ConfigError(lines)
    return with_variants(config)


def with_variants(config: Config) -> Config:
    """Add the experiments that `variants` stands for, each named ``<experiment>-<variant>``.

    It is the experiment with the changes laid over it, without what the write-up says of it.
    """
    experiments = dict(config["experiments"])
    for name, variant in config.get("variants", {}).items():
        changes = {key: value for key, value in variant.items() if key not in ("of", "title")}
        for base in variant["of"]:
            about = config["experiments"][base]
            own = {k: v for k, v in about.items() if k not in ("reported", "alternative_to")}
            title = _both(own.get("title", base), variant.get("title", name))
            experiments[f"{base}-{name}"] = {**merge(own, changes), "title": title}
    return {**config, "experiments": experiments}


def english(text: Text) -> str:
    """Return a text of the configuration in English, or in the only language that it has."""
    return text if isinstance(text, str) else text.get("en") or next(iter(text.values()))


def _both(first: Text, second: Text) -> Text:
    """Put a text in brackets behind another, in each language that one of them has."""
    languages = [key for text in (first, second) if isinstance(text, dict) for key in text]
    if not languages:
        return f"{first} ({second})"
    both = {}
    for language in dict.fromkeys(languages):
        parts = (
            text if isinstance(text, str) else text.get(language, english(text))
            for text in (first, second)
        )
        both[language] = ("{}（{}）" if language == "zh" else "{} ({})").format(*parts)
    return both


def _typed(value: Any) -> Any:
    """Read the texts of a command line as YAML reads them: 3, true, 1e-4."""
    if isinstance(value, Mapping):
        return {key: _typed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_typed(part) for part in value]
    if not isinstance(value, str):
        return value
    try:
        return YAML(typ="safe", pure=True).load(value)
    except YAMLError:
        return value


def resolved_layers(architecture: Mapping[str, Any], stack: str) -> list[dict[str, Any]]:
    """List an architecture's ``encoder`` or ``decoder`` with its `layer_defaults` merged in."""
    defaults = architecture.get("layer_defaults", {})
    return [{**defaults.get(layer["layer"], {}), **layer} for layer in architecture[stack]]


def resolved_experiment(config: Config, name: str) -> Config:
    """Resolve all that decides an experiment's results: its differences laid over the defaults."""
    own = {k: v for k, v in config["experiments"][name].items() if k in config["defaults"]}
    settings = merge(config["defaults"], own)
    settings["optimizer"] = _with_floats(settings["optimizer"], "optimizers")
    settings["loss"] = _with_floats(settings["loss"], "losses")
    architecture = config["architectures"][settings["architecture"]]
    settings["architecture"] = {
        "name": settings["architecture"],
        "input_shape": list(config["datasets"][settings["data"]["dataset"]]["shape"]),
        **{stack: resolved_layers(architecture, stack) for stack in ("encoder", "decoder")},
    }
    settings["architecture"]["decoder"][-1] |= config["experiments"][name].get("output", {})
    return {"experiment": name, **settings}


def _with_floats(settings: Config, kind: str) -> Config:
    """Turn whole numbers into what Keras insists on where its default is a float."""
    defaults = names()[kind][settings["name"]]
    return {k: float(v) if isinstance(defaults.get(k), float) else v for k, v in settings.items()}


def data_slug(data: Mapping[str, Any]) -> str:
    """Folder name of a slice of a data set, such as ``mnist-10000-10000``."""
    return f"{data['dataset']}-{data['train']}-{data['test']}"


def noise_slug(noise: Mapping[str, Any]) -> str:
    """Folder name of a noise, such as ``gaussian-0.5``."""
    return "-".join([noise["kind"], *(str(float(v)) for k, v in noise.items() if k != "kind")])
