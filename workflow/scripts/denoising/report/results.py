"""All results of a rebuild, read for the page."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

import pandas as pd

from denoising.config.resolve import english
from denoising.config.settings import keys
from denoising.config.titles import distinct, drawn_titles
from denoising.evidence.experiments import ALL_ERROR, ERROR, experiment_table
from denoising.evidence.runs import middle_runs
from denoising.files import read_csv, read_json
from denoising.measures.metrics import FIRST
from denoising.measures.pictures import Pictures, read_pictures
from denoising.model.shapes import has_bottleneck
from denoising.report import figure_data, procedure
from denoising.report.section import Section
from denoising.report.svg import Labels, inline
from denoising.report.tables import code
from denoising.report.texts import Localised, Texts, filled, joined, localised

WRITEUP_KINDS = ("architecture", "loss", "error", "images", "experiment")
AUTOENCODER = "autoencoder"


def size(shape: Sequence[int]) -> str:
    """Write the shape of an image: ``28×28``, and of more channels ``32×32×3``."""
    return "×".join(map(str, shape[:-1] if shape[-1] == 1 else shape))


class Results:
    """The plan, the tables and the runs that the page shows, and what they are called.

    Parameters
    ----------
    folder : Path
        Of all results.
    plan : mapping
        From `denoising.config.plan`.
    texts : Texts
    sections : mapping
        Those of the page, by name.
    documents : mapping
        Paths of other files that sections read: ``citation``, and a list of ``sources``.
    """

    def __init__(
        self,
        folder: Path,
        plan: Mapping[str, Any],
        texts: Texts,
        sections: Mapping[str, Section],
        documents: Mapping[str, Any],
    ) -> None:
        self.folder, self.plan, self.texts = folder, plan, texts
        self.sections, self.documents = sections, documents
        self.preview = plan["preview"]
        self.runs = self.read("runs")
        titles = distinct({name: one["title"] for name, one in plan["experiments"].items()})
        experiments = {
            name: {
                "title": localised(titles[name], texts.languages),
                "reported": one.get("reported"),
            }
            for name, one in plan["experiments"].items()
        }
        self.settings = {name: one["settings"] for name, one in plan["experiments"].items()}
        self.table, self.by_all_images = (
            self._table(experiments, measure) for measure in (ERROR, ALL_ERROR)
        )
        self.titles: dict[str, Localised] = self.table["title"].to_dict()
        drawn = drawn_titles(titles)
        spoken = {
            language: {name: str(one[language].unescape()) for name, one in self.titles.items()}
            for language in texts.languages
        }
        shown = {language: drawn_titles(own) for language, own in spoken.items()}
        lenders = plan.get("lenders", {})
        lent = drawn_titles(lenders)
        self.lenders = {name: localised(one, texts.languages) for name, one in lenders.items()}
        self.labels = Labels(
            texts.labels(),
            {
                drawn[name]: localised({x: shown[x][name] for x in shown}, texts.languages)
                for name in titles
            }
            | {lent[name]: title for name, title in self.lenders.items()}
            | {
                english(one["sweep"]): localised(one["sweep"], texts.languages)
                for one in plan["experiments"].values()
                if one.get("sweep")
            },
        )
        self.variants = {
            name: localised(one["title"], texts.languages) for name, one in plan["variants"].items()
        }
        self.noises, self.methods, self.measures = (
            {
                name: {
                    key: localised(one, texts.languages) if isinstance(one, dict) else one
                    for key, one in entry.items()
                }
                for name, entry in plan.get(kind, {}).items()
            }
            for kind in ("noises", "methods", "measures")
        )
        self.writeup = [name for name in plan["writeup"] if name in self.titles]
        self.writeup_studies = [
            name
            for name, study in plan["studies"].items()
            if self.writeup and set(study["experiments"]) <= set(self.writeup)
        ]
        self.folders = [
            folder / "runs" / run.experiment / f"seed-{run.seed}" for run in self.runs.itertuples()
        ]
        self.first: dict[str, Path] = {}  # of each experiment the run with its first seed
        for name, own in zip(self.runs["experiment"], self.folders, strict=True):
            self.first.setdefault(name, own)
        middle = middle_runs(self.runs)
        self.middle = {
            name: self.folders[self.runs.index.get_loc(run)] for name, run in middle.items()
        }
        self.trained = [name for name in self.settings if self.method(name) == AUTOENCODER]

    def _table(self, experiments: Mapping[str, Any], measure: str) -> pd.DataFrame:
        table = experiment_table(self.runs, self.read("experiments"), experiments, measure)
        around = [
            name
            for name, own in self.settings.items()
            if "architecture" in own and not has_bottleneck(own["architecture"])
        ]  # where a path leads past the code, its size says nothing
        table.loc[around, ["code_shape", "side_ratio", "code_elements"]] = None
        return table

    # --- settings ---

    def method(self, name: str) -> str:
        """Return the name of an experiment's method."""
        return self.settings[name].get("method", {}).get("name", AUTOENCODER)

    def method_title(self, name: str) -> Any:
        """Name an experiment's method as its entry does."""
        method = self.method(name)
        return self.methods[method]["title"] if method in self.methods else method

    def titles_in(self, study: str) -> dict[str, Localised]:
        """Name experiments as a study does, which may call some by what differs in it."""
        own = self.plan["studies"][study].get("names", {})
        return self.titles | {n: localised(one, self.texts.languages) for n, one in own.items()}

    def test_images(self, name: str) -> tuple[str, int]:
        """Return what an experiment is tested on: data set and number of images."""
        data = self.settings[name]["data"]
        return data["dataset"], data["test"]

    def condition(self, name: str) -> tuple[str, int, str]:
        """Return the test images and their noise: only what shares both is compared."""
        return *self.test_images(name), json.dumps(self.settings[name]["noise"], sort_keys=True)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of an experiment's images: rows, columns, channels."""
        return tuple(self.plan["datasets"][self.settings[name]["data"]["dataset"]]["shape"])

    def conditions(self, names: Sequence[str]) -> dict[Any, list[str]]:
        """Group experiments by their `condition`, in their order."""
        groups: dict[Any, list[str]] = {}
        for name in names:
            groups.setdefault(self.condition(name), []).append(name)
        return groups

    def noise_title(self, noise: dict[str, Any]) -> Any:
        """Name a noise with its parameters, shortly."""
        values = [procedure.written(one) for key, one in noise.items() if key != "kind"]
        return f"{noise['kind']} {', '.join(values)}".strip()

    def condition_title(self, condition: tuple[str, int, str]) -> str:
        """Name test images and noise: ``mnist (10000), gaussian 0.5``."""
        dataset, count, noise = condition
        return f"{dataset} ({count:,}), {self.noise_title(json.loads(noise))}"

    def differing(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return ``data``, ``noise``, ``batch_size`` … of experiments; only what differs."""
        columns = {
            name: {
                "data": "{} ({:,})".format(*self.test_images(name)),
                "train_images": self.settings[name]["data"]["train"],
                "noise": self.noise_title(self.settings[name]["noise"]),
                "method": self.method_title(name),
                "batch_size": self.settings[name].get("training", {}).get("batch_size"),
            }
            for name in names
        }
        keys = [
            key
            for key in ("data", "train_images", "noise", "method", "batch_size")
            if len({str(own[key]) for own in columns.values()}) > 1
        ]
        return {name: {key: own[key] for key in keys} for name, own in columns.items()}

    @cached_property
    def differences(self) -> dict[str, dict[str, Any]]:
        """Return in what experiments differ from most; see `procedure.differences`."""
        return procedure.differences(self.settings)

    @cached_property
    def changed_procedure(self) -> dict[str, dict[str, list[str]]]:
        """Return in what the write-up's experiments are not run as it says."""
        return procedure.changed_procedure({name: self.settings[name] for name in self.writeup})

    def changed_settings(self) -> Any:
        """Write `changed_procedure` as code; empty where nothing was changed."""
        changes = []
        for key, found in self.changed_procedure.items():
            for value, names in found.items():
                said = code(f"{key}: {value}")
                everyone = len(names) == len(self.writeup)
                changes.append(
                    said if everyone else filled("{a} ({b})", a=said, b=self.listed(names))
                )
        return joined(", ", changes)

    def black_images(self) -> list[dict[str, Any]]:
        """Return of each set of test images how many are black: these have no relative error."""
        found = {}
        for name, folder in self.first.items():
            metrics = read_json(folder / "metrics.json")
            if count := metrics["images_without_error"]:
                errors = read_csv(folder / "images.csv")["relative_error"]
                about = {"count": count, "images": metrics["images"]}
                about["first"] = int(errors[:FIRST].isna().sum())
                found[self.test_images(name)] = {"dataset": self.test_images(name)[0], **about}
        return list(found.values())

    def sizes(self, names: Sequence[str] | None = None) -> str:
        """Write the sizes of the images: ``28×28 = 784``."""
        shapes = dict.fromkeys(self.shape(name) for name in names or self.settings)
        return ", ".join(f"{size(shape)} = {prod(shape):,}" for shape in shapes)

    def listed(self, names: Sequence[str], most: int = 4) -> Any:
        """Name experiments; of many the first, and how many more."""
        texts = [self.titles[name] for name in names[:most]]
        if len(names) > most:
            texts.append(self.texts("more", count=len(names) - most))
        return joined(", ", texts)

    # --- files ---

    def has(self, name: str) -> bool:
        """Tell whether there is such a table."""
        return (self.folder / "tables" / f"{name}.csv").exists()

    def read(self, name: str) -> pd.DataFrame:
        """Read one of the tables."""
        return read_csv(self.folder / "tables" / f"{name}.csv")

    def pictures(self, folder: Path) -> Pictures:
        """Read the test images that are shown of a run."""
        return read_pictures(folder)

    @cached_property
    def figures(self) -> dict[str, dict[str, Any]]:
        """All that the page says of each figure, by its number."""
        return {one["number"]: self._figure(one) for one in self.plan["figures"]}

    def figures_of(self, section: str, study: str | None = None) -> list[dict[str, Any]]:
        """Return the figures of a section, or of a study."""
        return [
            figure
            for figure in self.figures.values()
            if figure["section"] == section and figure.get("study") == study
        ]

    def _figure(self, about: dict[str, Any]) -> dict[str, Any]:
        in_writeup = about["name"] in WRITEUP_KINDS and set(about["experiments"]) <= set(
            self.writeup
        )
        points = self.figure_points(about["number"])
        caption, alternative = self._words(about)
        study = self.plan["studies"].get(about["study"], {})
        about = {**about, "against": keys(study.get("against", ""))[0]}
        repeated = self.plan["experiments"][about["experiments"][0]].get("sweep") or ""
        return {
            **about,
            "caption": caption,
            "alternative": alternative,
            "in_writeup": in_writeup or not self.writeup,
            "apart": len(self.conditions(about["experiments"])) > 1,
            "has_data": not points.empty,
            "tables": figure_data.tables(points),
            "column_names": self.texts.keys("ui.column_names"),
            "svg": inline(
                self.folder / "figures" / f"{about['number']}.svg",
                f"figure-{about['number']}",
                self.labels,
            ),
            "values": {
                **figure_data.figure_values(about, self.table, self.runs, self.middle),
                "sweep": localised(repeated, self.texts.languages),
            },
        }

    def _words(self, about: Mapping[str, Any]) -> tuple[str, str]:
        """Name the caption and the text alternative: they speak of no panel that is not there."""
        name, first = about["name"], self.first.get(about["experiments"][0])
        if name in ("law", "counts") and self.read("implied").empty:
            return f"{name}_own", name  # no star of the write-up
        if name == "study":
            whole = set(self.plan["studies"][about["study"]]["experiments"])
            part = set(about["experiments"])
            caption = "study" if part == whole else "study_part"
            return caption, "study" if part & set(self.trained) else "study_untrained"
        if name == "experiment" and first and not (first / "history.csv").exists():
            return "experiment_untrained", "experiment_untrained"
        if name in ("loss", "experiment") and first:
            middle = self.middle.get(about["experiments"][0])
            if figure_data.validation_losses(middle).empty:
                return name, "loss_diverged" if name == "loss" else "experiment_diverged"
        if name not in ("images", "experiment") or first is None:
            return name, name
        lattice = first / "lattice.json"
        if lattice.exists() and read_json(lattice)["dead"] is not None:
            return name, name
        return f"{name}_alone", "images_alone" if name == "images" else name

    def figure_points(self, number: str) -> pd.DataFrame:
        """Return what a figure draws."""
        return read_csv(
            self.folder / "figures" / f"{number}.csv",
            dtype={"panel": str, "series": str, "run": str},
            keep_default_na=False,
            na_values={"x": [""], "y": [""]},
        )
