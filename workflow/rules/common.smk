# The checked configuration, and what the other files of rules look up in it.
import json
import shlex
from collections import namedtuple
from pathlib import Path

from denoising.config import resolve, studies
from denoising.config.load import load
from denoising.config.read import ConfigError
from denoising.rebuild.imports import imported_modules
from denoising.rebuild.stale_locks import clear_stale_locks

ALIVE = clear_stale_locks(Path(".snakemake"))  # a killed Snakemake keeps nobody from going on

try:
    CONFIG = load(
        [
            Path("config/config.yaml"),
            *(Path(os.path.relpath(path)) for path in workflow.overwrite_configfiles),
        ],
        workflow.config_settings.config,
    )
except ConfigError as error:
    count = f"{len(error.lines)} error{'s' if len(error.lines) > 1 else ''}"
    raise WorkflowError(f"the configuration has {count}:\n{error}") from None
for name in studies.unstudied(CONFIG):
    print(f"note: experiments.{name} stands in no study: it is not trained", file=sys.stderr)

Run = namedtuple("Run", ["experiment", "seed"])  # stands for wildcards of these names

RESULTS = CONFIG["results"]
RUN = f"{RESULTS}/runs/{{experiment}}/seed-{{seed}}"
CHECKPOINTS = f"{RESULTS}/checkpoints/{{experiment}}/seed-{{seed}}"
EXPERIMENTS = {
    name: resolve.resolved_experiment(CONFIG, name) for name in CONFIG["experiments"]
}
RUNS = [Run(*run) for run in studies.enabled_runs(CONFIG)]
if CONFIG.get("only_finished"):
    METRICS = f"{RUN}/metrics.json"
    RUNS = [run for run in RUNS if os.path.exists(METRICS.format(**run._asdict()))]
    if not RUNS:
        raise WorkflowError(f"no run in {RESULTS}/runs is finished: there is nothing to show yet")
REPORTED = {
    name: CONFIG["experiments"][name]["reported"]
    for name in studies.enabled_experiments(CONFIG)
    if "reported" in CONFIG["experiments"][name]
}
# Studies that ask for the smallest code, and the experiments whose codes are therefore stored.
COMPRESSION = {
    name: {key: study[key] for key in ("experiments", "error_limit")}
    for name, study in studies.enabled_studies(CONFIG).items()
    if "error_limit" in study
}
COMPRESSED = list(dict.fromkeys(e for s in COMPRESSION.values() for e in s["experiments"]))
FIRST_RUN = RUNS[0]  # the one that figure 1.1 shows
FIGURES = {figure.number: figure for figure in studies.figures(CONFIG)}
LATTICE_FIGURES = {"3.1": "law", "3.2": "counts", "3.3": "epochs", "3.4": "dots", "3.5": "gallery"}
LATTICE_OF_TABLE = ("law", "counts")
IMAGE_FIGURES = {"4.1": "spread", "4.2": "digits", "4.3": "extremes"}
IMAGE_TABLES = {"spread": "image_spread", "digits": "digits", "extremes": "extremes"}
COMPRESSION_FIGURES = {"5.1": "compression"} if COMPRESSED else {}

# Programs run with the Python that runs Snakemake, whether or not its environment is activated.
shell.prefix(f"PATH={shlex.quote(os.path.dirname(sys.executable))}:$PATH; ")


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    seed=r"0|[1-9]\d*",
    dataset="|".join(CONFIG["datasets"]),


def modules(program):
    """The local modules that a program imports: a rule reruns when one of them is edited."""
    return [str(path) for path in imported_modules(Path("workflow/scripts") / program)]


def as_json(value, sort_keys=True):
    return json.dumps(value, sort_keys=sort_keys, ensure_ascii=False)


def run_config(wildcards):
    """The slice of the configuration that decides one run."""
    return as_json({**EXPERIMENTS[wildcards.experiment], "seed": int(wildcards.seed)})


def clean_folder(wildcards):
    settings = EXPERIMENTS[wildcards.experiment]
    return f"{RESULTS}/datasets/{resolve.data_slug(settings['data'])}"


def noisy_folder(wildcards):
    noise = resolve.noise_slug(EXPERIMENTS[wildcards.experiment]["noise"])
    return f"{clean_folder(wildcards)}/{noise}/seed-{wildcards.seed}"


def clean_arrays(wildcards):
    return [f"{clean_folder(wildcards)}/{name}.npy" for name in ("train", "test", "test-labels")]


def noisy_arrays(wildcards):
    return [f"{noisy_folder(wildcards)}/{name}.npy" for name in ("train", "test")]


def runs_folder(wildcards):
    return f"{RESULTS}/runs"


def run_files(file, experiments=EXPERIMENTS):
    """One file of every run of these experiments."""
    return [f"{RESULTS}/runs/{e}/seed-{seed}/{file}" for e, seed in RUNS if e in experiments]


def table(name):
    """A table of all runs, and how `snakemake --report` shows it."""
    return report(
        f"{RESULTS}/tables/{name}.csv",
        caption="../../report/captions/table.rst",
        category="Tables",
        labels={"table": name},
    )


def source_files(wildcards):
    folder = f"results/data/{SLICES[wildcards.slice]['dataset']}"
    return [f"{folder}/{name}.idx" for name in ("train-images", "test-images", "test-labels")]


def drawn_run(experiment, seed):
    """What a figure needs to know of a run that it draws."""
    run, about = Run(experiment, seed), CONFIG["experiments"][experiment]
    return {
        "run": f"{RESULTS}/runs/{experiment}/seed-{seed}",
        "clean": f"{clean_folder(run)}/test.npy",
        "noisy": f"{noisy_folder(run)}/test.npy",
        "title": resolve.english(about.get("title", experiment)),
        "reported": studies.reported(CONFIG, experiment),
    }


def drawn_runs(experiments):
    """The same of all runs of a figure, an inner list an experiment."""
    return [[drawn_run(*run) for run in RUNS if run.experiment == name] for name in experiments]


def drawn_files(experiments):
    """The files that such a figure reads."""
    files = ["config.json", "history.csv", "images.csv", "decoded.npz", "lattice.json"]
    runs = [run for group in drawn_runs(experiments) for run in group]
    data = {run[part] for run in runs for part in ("clean", "noisy")}
    return [*(f"{run['run']}/{file}" for run in runs for file in files), *sorted(data)]


def titles(experiments):
    """What figures call them: figures are drawn in English."""
    experiments = {name: CONFIG["experiments"][name] for name in experiments}
    return {n: resolve.english(about.get("title", n)) for n, about in experiments.items()}


EXPERIMENTS_ENABLED = studies.enabled_experiments(CONFIG)
WRITEUP_TITLES = titles(
    [e for e in EXPERIMENTS_ENABLED if e in REPORTED] or EXPERIMENTS_ENABLED[:1]
)


def lattice_titles(kind):
    """The experiments of a figure of the lattice: all for the law, else those of the write-up."""
    return titles(EXPERIMENTS_ENABLED) if kind in LATTICE_OF_TABLE else WRITEUP_TITLES


def lattice_files(kind):
    """The files that such a figure reads."""
    files = (
        []
        if kind in LATTICE_OF_TABLE
        else ["config.json", "lattice.json", "lattice.csv", "decoded.npz"]
    )
    return [
        f"{RESULTS}/runs/{experiment}/seed-{seed}/{file}"
        for experiment, seed in RUNS
        if experiment in lattice_titles(kind)
        for file in files
    ]


def report_data():
    """The test images of each experiment's first run."""
    return {
        name: {
            "clean": f"{clean_folder(Run(name, seed))}/test.npy",
            "noisy": f"{noisy_folder(Run(name, seed))}/test.npy",
        }
        for name, seed in reversed(RUNS)  # of an experiment the first seed stays
    }


def report_about(wildcards):
    """What the report needs to know beyond the results: studies, titles, figure numbers."""
    return as_json(
        {
            "languages": CONFIG.get("report", {}).get("languages", ["en", "zh"]),
            "preview": CONFIG.get("preview", False),
            "defaults": {key: CONFIG["defaults"][key] for key in ("data", "noise", "training")},
            "expected": {name: len(studies.seeds_of(CONFIG, name)) for name in EXPERIMENTS_ENABLED},
            "writeup": list(REPORTED),
            "studies": studies.enabled_studies(CONFIG),
            "variants": {
                name: variant.get("title", name)
                for name, variant in CONFIG.get("variants", {}).items()
            },
            "experiments": {
                name: {
                    "title": CONFIG["experiments"][name].get("title", name),
                    "reported": studies.reported(CONFIG, name),
                }
                for name in studies.enabled_experiments(CONFIG)
            },
            "data": report_data(),
            "figures": [
                {
                    "number": "1.1",
                    "kind": "architecture",
                    "study": None,
                    "experiments": FIRST_RUN[:1],
                },
                *(vars(figure) for figure in FIGURES.values()),
                *(
                    {"number": number, "kind": kind, "study": None, "experiments": list(drawn)}
                    for number, kind, drawn in (
                        *((n, kind, lattice_titles(kind)) for n, kind in LATTICE_FIGURES.items()),
                        *((n, kind, WRITEUP_TITLES) for n, kind in IMAGE_FIGURES.items()),
                        *((n, kind, COMPRESSED) for n, kind in COMPRESSION_FIGURES.items()),
                    )
                ),
            ],
        },
        sort_keys=False,  # the order of studies and experiments is the report's
    )
