# The checked configuration, and what the other files of rules look up in it.
import json
import shlex
from collections import namedtuple
from pathlib import Path

from denoising import config as configuration
from denoising import studies
from denoising.imports import local_sources

try:
    CONFIG = configuration.load(
        [
            Path("config/config.yaml"),
            *(Path(os.path.relpath(path)) for path in workflow.overwrite_configfiles),
        ],
        workflow.config_settings.config,
    )
except configuration.ConfigError as error:
    raise WorkflowError(f"the configuration has {len(error.lines)} error(s):\n{error}") from None

Run = namedtuple("Run", ["experiment", "seed"])  # stands for wildcards of these names

RESULTS = CONFIG["results"]
RUN = f"{RESULTS}/runs/{{experiment}}/seed-{{seed}}"
EXPERIMENTS = {
    name: configuration.resolved_experiment(CONFIG, name) for name in CONFIG["experiments"]
}
RUNS = studies.enabled_runs(CONFIG)
FIRST_EXPERIMENT = RUNS[0][:1]  # the one that figure 1.1 shows
FIGURES = {figure.number: figure for figure in studies.figures(CONFIG)}

# Programs run with the Python that runs Snakemake, whether or not its environment is activated.
shell.prefix(f"PATH={shlex.quote(os.path.dirname(sys.executable))}:$PATH; ")


wildcard_constraints:
    experiment="[A-Za-z0-9][A-Za-z0-9_-]*",
    seed=r"\d+",
    dataset="[A-Za-z0-9][A-Za-z0-9_-]*",
    number=r"[\d.]+",


def sources(program):
    """A program and the local modules that it imports: a rule reruns when one of them is edited."""
    return [str(path) for path in local_sources(Path("workflow/scripts") / program)]


def as_json(value, sort_keys=True):
    return json.dumps(value, sort_keys=sort_keys, ensure_ascii=False)


def run_config(wildcards):
    """The slice of the configuration that decides one run."""
    return as_json({**EXPERIMENTS[wildcards.experiment], "seed": int(wildcards.seed)})


def clean_folder(wildcards):
    settings = EXPERIMENTS[wildcards.experiment]
    return f"{RESULTS}/datasets/{configuration.data_slug(settings['data'])}"


def noisy_folder(wildcards):
    noise = configuration.noise_slug(EXPERIMENTS[wildcards.experiment]["noise"])
    return f"{clean_folder(wildcards)}/{noise}/seed-{wildcards.seed}"


def clean_arrays(wildcards):
    return expand(
        "{folder}/{file}.npy",
        folder=clean_folder(wildcards),
        file=["train", "test", "test-labels"],
    )


def noisy_arrays(wildcards):
    return expand("{folder}/{part}.npy", folder=noisy_folder(wildcards), part=["train", "test"])


def run_files(file, experiments=None):
    """One file of every run, or of the runs of some experiments."""
    return [
        f"{RESULTS}/runs/{experiment}/seed-{seed}/{file}"
        for experiment, seed in RUNS
        if experiments is None or experiment in experiments
    ]
