"""Where the runs of an archive came from, as a Workflow Run RO-Crate (its Provenance Run profile).

All of it is taken from the runs' own records. What was run is a training (an action with its
settings, data, program, packages, processor and times) and a measuring; the rest are files.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from rocrate.rocrate import ROCrate

from denoising.files import RECORD, read_json
from denoising.training.provenance import DIRTY

METADATA, WORKFLOW = "ro-crate-metadata.json", "Snakefile"
VERSION = "1.1"  # of RO-Crate, on which version 0.5 of the profiles rests
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
TERMS = "https://w3id.org/ro/terms/workflow-run#"
OUR_TERMS = ("sha256", "environment", "resourceUsage")  # that RO-Crate 1.1 has not
DONE = "http://schema.org/CompletedActionStatus"
FORMATS = {".json": "application/json", ".csv": "text/csv"}
MACHINE = ("cpu", "cores", "system", "threads")
Reference = dict[str, str]


def crate(files: Mapping[str, Path], sums: Mapping[str, str], citation: Mapping[str, Any]) -> bytes:
    """Describe the files of an archive.

    Parameters
    ----------
    files : mapping
        By their names in the archive.
    sums : mapping
        The SHA-256 of each.
    citation : mapping
        ``CITATION.cff``.

    Returns
    -------
    bytes
        ``ro-crate-metadata.json``; the same files give the same bytes.
    """
    made = _Crate(files, sums)
    data = [made.data(name) for name in sorted(files) if name.endswith("/source.json")]
    for name in sorted(files):
        if name.startswith("datasets/"):
            made.file(name)
    records = sorted(name for name in files if name.endswith(f"/{RECORD}"))
    runs = [PurePosixPath(name).parent.as_posix() for name in records]
    actions = [action for run in runs if (action := made.training(run, data))]
    measured = defaultdict(list)
    for run in runs:
        measured[read_json(files[f"{run}/{RECORD}"])["evaluation"]].append(run)
    actions += [made.measuring(code, own) for code, own in sorted(measured.items())]
    about = f"{citation['title']}: {len(runs)} finished runs"
    terms = made.add(f"https://spdx.org/licenses/{citation['license']}", "CreativeWork")
    authors = [made.shared("author", "Organization", **one) for one in citation["authors"]]
    workflow = made.file(
        WORKFLOW,
        type=["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        name=citation["title"],
        description="The workflow that made the runs.",
        version=citation["version"],
        license=terms,
        creator=authors,
        programmingLanguage=made.add(
            "https://w3id.org/workflowhub/workflow-ro-crate#snakemake",
            "ComputerLanguage",
            name="Snakemake",
            url="https://snakemake.readthedocs.io",
        ),
        hasPart=list(made.tools.values()),
    )
    whole = made.action(
        "#rebuild",
        about,
        "Each run trained and measured.",
        workflow,
        data,
        [{"@id": f"{run}/"} for run in runs],
        made.times,
    )
    made.root.update(
        name=about,
        description=f"{citation['abstract']} README.txt says what the files are.",
        datePublished=max(made.times, default=str(citation["date-released"])),
        license=terms,
        author=authors,
        conformsTo=[
            made.add(address, "CreativeWork", name=name, version=address.rpartition("/")[2])
            for address, name in PROFILES.items()
        ],
        mainEntity=workflow,
        mentions=[whole, *actions],
    )
    return made.written()


class _Crate:
    """A crate that is being written; each of its entities is there once.

    Parameters
    ----------
    files, sums : mapping
        As of `crate`.

    Attributes
    ----------
    root : dict
        What is said of all of it.
    tools : dict
        The programs that were run.
    times : list of str
        When something began or ended.
    """

    def __init__(self, files: Mapping[str, Path], sums: Mapping[str, str]) -> None:
        self.files, self.sums, self.crate = files, sums, ROCrate(version=VERSION)
        self.crate.metadata.extra_terms = {term: TERMS + term for term in OUR_TERMS}
        self.root = self.crate.root_dataset.properties()
        self.numbers: dict[str, dict[str, Reference]] = defaultdict(dict)
        self.tools: dict[str, Reference] = {}
        self.times: list[str] = []

    def written(self) -> bytes:
        """Return the file; a list of one is written as that one."""
        whole = self.crate.metadata.generate()
        whole["@graph"] = [
            {
                key: one[0] if isinstance(one, list) and len(one) == 1 else one
                for key, one in own.items()
            }
            for own in whole["@graph"]
        ]
        return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()

    def add(self, identifier: str, kind: str, **properties: Any) -> Reference:
        """Describe what is no file of the archive; returns the reference to it."""
        self.crate.add_jsonld({"@id": identifier, "@type": kind, **properties})
        return {"@id": identifier}

    def file(self, path: str, type: str | list[str] = "File", **properties: Any) -> Reference:
        """Describe a file."""
        kind = FORMATS.get(PurePosixPath(path).suffix, "text/plain")
        about = {"@type": type, "sha256": self.sums[path], "encodingFormat": kind, **properties}
        return {"@id": self.crate.add_file(dest_path=path, properties=about).id}

    def shared(self, kind: str, entity: str, **properties: Any) -> Reference:
        """Describe what many have in common: where the same is said, it is the same."""
        own = self.numbers[kind]
        said = json.dumps([entity, properties], sort_keys=True)
        if said not in own:
            own[said] = self.add(f"#{kind}/{len(own) + 1}", entity, **properties)
        return own[said]

    def values(self, kind: str, values: Mapping[str, Any]) -> list[Reference]:
        """Describe names with a value each."""
        return [
            self.shared(
                kind, "PropertyValue", name=name, value=str(value), propertyID=f"#{kind}/{name}"
            )
            for name, value in values.items()
        ]

    def data(self, name: str) -> Reference:
        """Describe where a data set came from, and what its files are."""
        source = read_json(self.files[name])
        parts = [
            self.add(f"#data/{source['dataset']}/{key}", "CreativeWork", name=key, sha256=digest)
            for key, digest in source["sha256"].items()
        ]
        about = f"The data set {source['dataset']}, from: {source['source']}"
        return self.file(name, name=source["dataset"], description=about, mentions=parts)

    def tool(self, program: str, version: str, **properties: Any) -> Reference:
        """Describe a program as it was when it was run."""
        own = self.shared(
            program, "SoftwareApplication", name=program, softwareVersion=version, **properties
        )
        self.tools[own["@id"]] = own
        return own

    def action(
        self,
        identifier: str,
        name: str,
        description: str,
        instrument: Reference,
        object: list[Reference],
        result: list[Reference],
        times: list[str],
        **properties: Any,
    ) -> Reference:
        """Describe what was done; `times` are empty where none were recorded."""
        lasted = {"startTime": min(times), "endTime": max(times)} if times else {}
        return self.add(
            identifier, "CreateAction", name=name, description=description, instrument=instrument,
            object=object, result=result, actionStatus=DONE, **lasted, **properties,
        )  # fmt: skip

    def training(self, run: str, data: list[Reference]) -> Reference | None:
        """Describe a run, and its training; None where its method has none."""
        environment = read_json(self.files[f"{run}/environment.json"])
        config = read_json(self.files[f"{run}/config.json"])
        title = f"{config['experiment']}, seed {config['seed']}"
        settings = self.file(f"{run}/config.json")
        record = self.file(f"{run}/{RECORD}", description="The SHA-256 of every file of the run.")
        machine = {key: environment[key] for key in MACHINE}
        about = {
            "environment": self.values("environment", environment["environment"]),
            "resourceUsage": self.values("machine", machine),
        }
        parts = [settings, record]
        trained = None
        if "code" in environment:
            history = self.file(f"{run}/history.csv")
            parts.append(history)
            packages = {"python": environment["python"], **environment["packages"]}
            requirements = [
                self.shared("package", "SoftwareApplication", name=name, softwareVersion=version)
                for name, version in packages.items()
            ]
            commit = str(environment["commit"])
            program = self.tool(
                "train.py",
                commit.removesuffix(DIRTY),
                description=f"Digest of what decides the bits of a training: {environment['code']}",
                additionalProperty=self.values("tree", {"dirty": commit.endswith(DIRTY)}),
                softwareRequirements=requirements,
            )
            times = [environment[key] for key in ("started", "ended") if key in environment]
            self.times += times
            trained = self.action(
                f"#training/{run}", title, f"The training of {title}.", program,
                [settings, *data], [history], times, **about,
            )  # fmt: skip
        self.crate.add_dataset(dest_path=run, properties={"name": title, "hasPart": parts})
        return trained

    def measuring(self, code: str, runs: list[str]) -> Reference:
        """Describe the measuring of all runs that were measured by the same code."""
        program = self.tool("evaluate.py", code)
        settings = [{"@id": f"{run}/config.json"} for run in runs]
        name = f"{len(runs)} runs measured"
        result = [{"@id": f"{run}/"} for run in runs]
        return self.action(
            f"#measuring/{code}", name, "Each run measured on every test image.", program,
            settings, result, [],
        )  # fmt: skip
