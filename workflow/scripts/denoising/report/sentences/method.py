"""The procedure of the runs, read from their settings."""

import json
from collections.abc import Mapping
from typing import Any

from denoising.files import read_json
from denoising.report import procedure
from denoising.report.results import AUTOENCODER, Results
from denoising.report.tables import code
from denoising.report.texts import joined

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
    found = [t("summary.seeds", seeds=seeds)]
    if seeds > 1:
        one = len(results.conditions(list(results.settings))) == 1
        found.append(t("summary.paired" if one else "summary.paired_in_part"))
    if results.writeup:
        found.append(t("summary.criteria"))
    first = next((name for name in results.writeup if name in results.first), None)
    if first is not None and first in results.trained:
        row = results.table.loc[first, ["title", "optimizer", "loss", "code_shape"]].to_dict()
        found.append(t("summary.baseline", **row))
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
    return results.texts("method.data_value", **data, shape="×".join(map(str, shape)))


def _noise(results: Results, settings: Mapping[str, Any]) -> Any:
    t, noise = results.texts, settings["noise"]
    parameters = {key: procedure.written(one) for key, one in noise.items() if key != "kind"}
    if t.has(f"noises.{noise['kind']}"):
        said = t(f"noises.{noise['kind']}", **parameters)
    else:
        each = joined(", ", (code(f"{key}: {one}") for key, one in parameters.items()))
        said = joined(" ", [code(noise["kind"]), *([each] if parameters else [])])
    drawn = "fresh" if settings.get("training", {}).get("fresh_noise") else "once"
    return joined("; ", [said, t(f"method.noise_{drawn}")])


def _method(results: Results, settings: Mapping[str, Any]) -> Any:
    method = settings.get("method", {"name": AUTOENCODER})
    if method["name"] == AUTOENCODER:
        return results.texts("method.trained")
    options = {key: one for key, one in method.items() if key != "name"}
    each = [code(f"{key}: {procedure.written(one)}") for key, one in options.items()]
    return joined(" ", [code(method["name"]), *each])


def _training(results: Results, settings: Mapping[str, Any]) -> Any:
    t, training = results.texts, settings["training"]
    parts = [t("method.training_value", **training)]
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


def architectures(results: Results) -> list[dict[str, Any]]:
    """Return each architecture that was trained: its layers as built, with their arguments.

    Returns
    -------
    list of dict
        ``name``, ``parameters`` and ``layers``; experiments with the same layers share one.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in results.trained:
        folder = results.first.get(name)
        if folder is None:
            continue
        architecture = results.settings[name]["architecture"]
        layers = read_json(folder / "layers.json")
        content = json.dumps([architecture["encoder"], architecture["decoder"],
                              [layer["output_shape"] for layer in layers]], sort_keys=True)  # fmt: skip
        if content in found:
            continue
        used = {one["name"] for one in found.values()}
        title = architecture["name"]
        configured = [*architecture["encoder"], *architecture["decoder"]]
        same = len(configured) == len(layers)
        found[content] = {
            "name": title if title not in used else f"{title} ({name})",
            "parameters": sum(layer["parameters"] for layer in layers),
            "layers": [
                {
                    **layer,
                    "class": "code" if layer["name"] == "code" else "",
                    "arguments": _arguments(configured[position]) if same else None,
                }
                for position, layer in enumerate(layers)
            ],
        }
    return list(found.values())


def _arguments(layer: Mapping[str, Any]) -> str:
    own = [f"{key} {procedure.written(one)}" for key, one in layer.items() if key not in HIDDEN]
    inputs = layer.get("inputs")
    if inputs:
        own.append(f"← {', '.join(inputs)}")
    if "name" in layer:
        own.insert(0, f"“{layer['name']}”")
    return ", ".join(own)
