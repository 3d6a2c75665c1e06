"""Experiments of the configuration, resolved."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote

from denoising import methods
from denoising.config.keras_names import names
from denoising.config.read import Config, Text, merge
from denoising.config.sweeps import described, members, nested, on_rung
from denoising.data.noises import NOISES
from denoising.losses import LOSSES

# Settings of methods that are trained.
TRAINED = ("architecture", "optimizer", "loss", "training")
# What decides the model that another experiment takes.
MODEL = ("experiment", "data", "noise", "fixed_seeds", *TRAINED)


def expanded(config: Config) -> Config:
    """Add the experiments that `variants` and `sweeps` stand for.

    Those of variants are named ``<experiment>-<variant>``, those of sweeps ``<sweep>-<digest>``.
    Each is an experiment with changes laid over it, without what the write-up says of it. On each
    rung of a sweep stands one more of each of its experiments, with the changes of that rung and of
    those below. Studies that name a sweep hold its experiments; who stands on a rung that they name
    is known later (`denoising.config.rungs`).
    """
    experiments = dict(config["experiments"])
    for name, variant in config.get("variants", {}).items():
        for base in variant["of"]:
            changed = _changed(experiments[base], base, variant, variant.get("title", name))
            experiments[f"{base}-{name}"] = changed
    held: dict[str, list[str]] = {}
    for name, sweep in config.get("sweeps", {}).items():
        held[name] = list(members(name, sweep))
        base = sweep["of"]
        own = {key: sweep[key] for key in ("seeds",) if key in sweep}
        for member, point in members(name, sweep).items():
            changes, words = {**own, **nested(point)}, described(point)
            experiments[member] = _changed(experiments[base], base, changes, words)
            for number, rung in enumerate(sweep.get("rungs", ()), start=1):
                title = both(words, rung.get("title", f"rung {number}"), "{}; {}", "{}；{}")
                changes = {key: rung[key] for key in rung if key not in ("best", "title")}
                promoted = merge(experiments[on_rung(member, number - 1)], changes)
                promoted["title"] = both(experiments[base].get("title", base), title)
                experiments[on_rung(member, number)] = promoted
    studies = {
        study: {**about, "experiments": _with_members(about["experiments"], held)}
        for study, about in config.get("studies", {}).items()
    }
    return {**config, "experiments": experiments, "studies": studies}


def _changed(about: Config, base: str, changes: Config, title: Text) -> Config:
    own = {k: v for k, v in about.items() if k not in ("reported", "alternative_to")}
    changes = {key: value for key, value in changes.items() if key not in ("of", "title")}
    return {**merge(own, changes), "title": both(own.get("title", base), title)}


def _with_members(named: Sequence[str], held: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(held.get(name, [name]) for name in named)))


def english(text: Text) -> str:
    """Return a text of the configuration in English, or in the only language that it has."""
    return text if isinstance(text, str) else text.get("en") or next(iter(text.values()))


def both(first: Text, second: Text, form: str = "{} ({})", chinese: str = "{}（{}）") -> Text:
    """Put two texts together, by default the second in brackets, in each language of either."""
    languages = [key for text in (first, second) if isinstance(text, dict) for key in text]
    if not languages:
        return form.format(first, second)
    both = {}
    for language in dict.fromkeys(languages):
        parts = (
            text if isinstance(text, str) else text.get(language, english(text))
            for text in (first, second)
        )
        both[language] = (chinese if language == "zh" else form).format(*parts)
    return both


def resolved_layers(architecture: Mapping[str, Any], stack: str) -> list[dict[str, Any]]:
    """List an architecture's ``encoder`` or ``decoder`` with its `layer_defaults` merged in."""
    defaults = architecture.get("layer_defaults", {})
    return [{**defaults.get(layer["layer"], {}), **layer} for layer in architecture[stack]]


def resolved_experiment(config: Config, name: str) -> Config:
    """Resolve all that decides an experiment's results: its differences laid over the defaults.

    The parameters of its noise and its method are all there; what only trained methods have is
    there only for these.
    """
    merged = merge(config["defaults"], config["experiments"][name])
    dataset = config["datasets"][merged["data"]["dataset"]]
    files = {file: about["sha256"] for file, about in dataset.get("files", {}).items()}
    settings = {
        "data": {"validation": "test", **_data(merged["data"]), "files": files},
        "noise": NOISES.resolve(merged["noise"]),
        "method": methods.resolve(merged.get("method", methods.DEFAULT)),
        **({"fixed_seeds": fixed} if (fixed := merged.get("fixed_seeds")) else {}),
    }
    if source := methods.source(settings["method"]):
        made_from = resolved_experiment(config, source)
        settings["model"] = {key: made_from[key] for key in MODEL if key in made_from}
    if not methods.is_trained(settings["method"]["name"]):
        return {"experiment": name, **settings}
    settings |= {key: merged[key] for key in TRAINED}
    settings["training"] = resolved_training(settings["training"])
    steps = training_steps(settings)
    settings["optimizer"] = resolved_optimizer(settings["optimizer"], steps)
    settings["loss"] = resolved_loss(settings["loss"])
    architecture = config["architectures"][settings["architecture"]]
    *sides, channels = dataset["shape"]
    added = NOISES.entry(settings["noise"]).channels
    settings["architecture"] = {
        "name": settings["architecture"],
        "input_shape": [*sides, channels + added],
        **({"output_shape": [*sides, channels]} if added else {}),
        **{stack: resolved_layers(architecture, stack) for stack in ("encoder", "decoder")},
    }
    settings["architecture"]["decoder"][-1] |= config["experiments"][name].get("output", {})
    return {"experiment": name, **settings}


def _data(data: Config) -> Config:
    """Leave out what says nothing: none skipped."""
    return {key: value for key, value in data.items() if (key, value) != ("skip", 0)}


def resolved_loss(loss: Config) -> Config:
    """Fill in the parameters of a loss of ours; those of Keras' keep their defaults there."""
    if loss["name"] in LOSSES.names():
        return LOSSES.resolve(loss)
    return _with_floats(loss, names()["losses"])


EARLY_STOPPING = {"min_delta": 0.0, "restore_best": True}


def resolved_training(training: Config) -> Config:
    """Fill in what `training` leaves out."""
    rule = training.get("early_stopping")
    if rule is not None:
        rule = {**EARLY_STOPPING, **rule}
        rule["min_delta"] = float(rule["min_delta"])
    return {"fresh_noise": False, "shift": 0, **training, "early_stopping": rule}


def training_steps(settings: Config) -> int:
    """Count the steps of a whole training: epochs × ⌈images / batch⌉."""
    training = settings["training"]
    return training["epochs"] * -(-settings["data"]["train"] // training["batch_size"])


def resolved_optimizer(optimizer: Config, steps: int) -> Config:
    """Turn whole numbers into floats where Keras insists; a schedule without its length has all."""
    found = _with_floats(optimizer, names()["optimizers"])
    if isinstance(rate := found.get("learning_rate"), Mapping):
        needed = names()["schedules"][rate["name"]]["required"]
        length = {"decay_steps": steps} if "decay_steps" in needed else {}
        found["learning_rate"] = {
            key: value if key == "boundaries" or key.endswith("_steps") else _float(value)
            for key, value in {**rate, **length, **rate}.items()
        }
    return found


def _float(value: Any) -> Any:
    """Turn a whole number, or those of a list, into floats; all else stays."""
    if isinstance(value, list):
        return [_float(part) for part in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _with_floats(settings: Config, known: Config) -> Config:
    """Turn whole numbers into what Keras insists on where its default is a float."""
    defaults = known[settings["name"]]
    return {
        key: _float(value) if isinstance(defaults.get(key), float) else value
        for key, value in settings.items()
    }


def data_slug(data: Mapping[str, Any]) -> str:
    """Folder name of a slice of a data set, such as ``mnist-10000-10000``.

    Held-out training images stand behind it, and what is left out before the first:
    ``mnist-10000-10000-validation-1000-skip-20000``.
    """
    validation = data.get("validation", "test")
    held_out = "" if validation == "test" else f"-validation-{validation}"
    skipped = f"-skip-{data['skip']}" if data.get("skip") else ""
    return f"{data['dataset']}-{data['train']}-{data['test']}{held_out}{skipped}"


def noise_slug(noise: Mapping[str, Any]) -> str:
    """Folder name of a resolved noise, such as ``gaussian-0.5``: its kind and every parameter.

    Two noises never share one: numbers have a point or an exponent and no part of a kind begins
    with a digit; texts stand behind their key, without a ``-`` of their own.
    """
    return "-".join([noise["kind"], *(_part(k, v) for k, v in noise.items() if k != "kind")])


def _part(key: str, value: bool | float | str) -> str:
    if isinstance(value, bool | str):
        return f"{key}={quote(str(value), safe='').replace('-', '%2D')}"
    return str(float(value))
