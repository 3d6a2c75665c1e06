"""The procedure of the runs, read from their settings."""

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from denoising.files import read_json
from denoising.report import procedure
from denoising.report.results import AUTOENCODER, Results, size
from denoising.report.tables import code
from denoising.report.texts import Localised, joined

CODE = re.compile(r"`([^`]+)`")  # as in Markdown
HIDDEN = ("layer", "name", "inputs")  # of a layer's arguments: they stand elsewhere, or first


def facts(results: Results) -> list[tuple[Any, list[Any]]]:
    """Return each term of the procedure with what the runs did, and who did otherwise."""
    t = results.texts
    every, trained = list(results.settings), results.trained
    found = [
        (t("method.data"), _said(results, every, "data", _data)),
        (t("method.noise"), _said(results, every, "noise", _noise)),
        (t("method.target"), [t("method.target_value")]),
        (t("method.method"), _said(results, every, "method", _method)),
    ]
    if trained:
        found += [
            (t("method.training"), _said(results, trained, "training", _training)),
            (t("method.validation"), _said(results, trained, "validation", _validation)),
        ]
    if results.table["seeds"].max() > 1:
        found.append((t("method.statistics"), [t("method.statistics_value")]))
    return found


def in_short(results: Results) -> list[Any]:
    """Say how many seeds there are, what is paired, and what the first experiment is made of."""
    t, seeds = results.texts, int(results.table["seeds"].max())
    found = [t("summary.seeds" if seeds > 1 else "summary.seeds_one", seeds=seeds)]
    if len(results.conditions(list(results.settings))) > 1:
        found.append(t("summary.paired_in_part"))
    elif seeds > 1:
        found.append(t("summary.paired"))
    if results.writeup:
        found.append(t("summary.criteria"))
    first = next((name for name in results.writeup if name in results.first), None)
    if first is not None and first in results.trained:
        row = results.table.loc[first, ["title", "optimizer", "loss", "code_shape"]].to_dict()
        found.append(t("summary.baseline", **row))
        if len(results.writeup) > 1:
            found.append(t("summary.named"))
    return found


def _said(results: Results, names: list[str], key: str, say: Any) -> list[Any]:
    """Say it once for all, or of each group of experiments who they are."""
    groups = procedure.grouped(
        names, lambda name: json.dumps(_setting(results.settings[name], key), sort_keys=True)
    )
    lines = [say(results, results.settings[own[0]]) for own in groups.values()]
    if len(lines) == 1:
        return lines
    return [
        results.texts("method.of", what=line, who=results.listed(own))
        for line, own in zip(lines, groups.values(), strict=True)
    ]


def _setting(settings: Mapping[str, Any], key: str) -> Any:
    data = settings["data"]
    if key == "data":
        return {k: v for k, v in data.items() if k != "validation"}
    if key == "noise":
        return [settings["noise"], settings.get("training", {}).get("fresh_noise", False)]
    if key == "validation":
        stopping = settings.get("training", {}).get("early_stopping")
        return [data.get("validation", "test"), bool(stopping)]
    if key == "training":
        return {k: v for k, v in settings["training"].items() if k != "fresh_noise"}
    return settings.get("method", {"name": AUTOENCODER})


def _data(results: Results, settings: Mapping[str, Any]) -> Any:
    data = settings["data"]
    shape = results.plan["datasets"][data["dataset"]]["shape"]
    key = "method.data_value_after" if data.get("skip") else "method.data_value"
    return results.texts(key, **data, shape=size(shape))


def _noise(results: Results, settings: Mapping[str, Any]) -> Any:
    said = _entry(results, results.noises, settings["noise"], "kind")
    drawn = "fresh" if settings.get("training", {}).get("fresh_noise") else "once"
    return joined("; ", [said, results.texts(f"method.noise_{drawn}")])


def _method(results: Results, settings: Mapping[str, Any]) -> Any:
    method = settings.get("method", {"name": AUTOENCODER})
    if method["name"] == AUTOENCODER:
        return results.texts("method.trained")
    return _entry(results, results.methods, method, "name")


def _entry(
    results: Results, entries: Mapping[str, Any], settings: Mapping[str, Any], key: str
) -> Any:
    """Say what a noise or a method is, with its parameters."""
    name = settings[key]
    options = [
        code(f"{option} = {procedure.written(one)}")
        for option, one in settings.items()
        if option != key
    ]
    if name not in entries:
        return joined(" ", [code(name), *options])
    found = entries[name]
    each = {
        x: CODE.sub(r"<code>\1</code>", str(one)) for x, one in found["description"].texts.items()
    }
    described = Localised({x: Markup(one) for x, one in each.items()})
    what = results.texts("method.entry", title=found["title"], what=described)
    return (
        results.texts("method.with", what=what, options=joined(", ", options)) if options else what
    )


def _training(results: Results, settings: Mapping[str, Any]) -> Any:
    t, training = results.texts, settings["training"]
    parts = [t("method.training_value", **training)]
    if training["shift"]:
        parts.append(t("method.shifted", pixels=training["shift"]))
    parts.append(t("method.shuffled" if training.get("shuffle", True) else "method.in_order"))
    stopping = training.get("early_stopping")
    if stopping:
        options = ", ".join(f"{key}: {procedure.written(one)}" for key, one in stopping.items())
        parts.append(t("method.early_stopping", options=code(options)))
    else:
        parts.append(t("method.last_epoch"))
    return joined("; ", parts)


def _validation(results: Results, settings: Mapping[str, Any]) -> Any:
    t, held_out = results.texts, settings["data"].get("validation", "test")
    if held_out == "test":
        said = t("method.validation_test")
    else:
        said = t("method.validation_held_out", count=held_out)
    stopping = settings["training"].get("early_stopping")
    last = t("method.selected" if stopping else "method.nothing_selected")
    return joined("; ", [said, last])


Layer = Mapping[str, Any]


def architectures(results: Results) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """Return each architecture that was trained: its layers as built, with their arguments.

    Returns
    -------
    common : list of tuple
        Kind of layer, and the arguments that all layers of this kind have.
    architectures : list of dict
        ``name``, ``parameters`` and ``layers``; experiments with the same layers share one.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in results.trained:
        if name not in results.first:
            continue
        architecture = results.settings[name]["architecture"]
        built = read_json(results.first[name] / "layers.json")
        configured = [*architecture["encoder"], *architecture["decoder"]]
        shapes = [layer["output_shape"] for layer in built]
        content = json.dumps([configured, shapes], sort_keys=True)
        if content in found:
            continue
        used, title = {one["name"] for one in found.values()}, architecture["name"]
        found[content] = {
            "name": title if title not in used else f"{title} ({name})",
            "built": built,
            "configured": configured,
        }
    shared = _shared([layer for one in found.values() for layer in one["configured"]])
    common = [(kind, _arguments(own)) for kind, own in shared.items() if own]
    return common, [_listed(one, shared) for one in found.values()]


def _shared(layers: list[Layer]) -> dict[str, Layer]:
    """Return the arguments that all layers of a kind have."""
    found: dict[str, Layer] = {}
    for layer in layers:
        own = {key: value for key, value in layer.items() if key not in HIDDEN}
        before = found.get(layer["layer"], own)
        found[layer["layer"]] = {k: v for k, v in before.items() if k in own and own[k] == v}
    return found


def _listed(architecture: Mapping[str, Any], shared: Mapping[str, Layer]) -> dict[str, Any]:
    built, configured = architecture["built"], architecture["configured"]
    same = len(built) == len(configured)
    layers = []
    for position, layer in enumerate(built):
        own = configured[position] if same else {}
        common = shared.get(own.get("layer", ""), {})
        left = {key: value for key, value in own.items() if key not in common}
        kind = "code" if layer["name"] == "code" else ""
        layers.append({**layer, "class": kind, "arguments": _arguments(left) or None})
    parameters = sum(layer["parameters"] for layer in built)
    return {"name": architecture["name"], "parameters": parameters, "layers": layers}


def _arguments(layer: Layer) -> str:
    own = [f"{key} {procedure.written(one)}" for key, one in layer.items() if key not in HIDDEN]
    if inputs := layer.get("inputs"):
        own.append(f"← {', '.join(inputs)}")
    if "name" in layer:
        own.insert(0, f"“{layer['name']}”")
    return ", ".join(own)
