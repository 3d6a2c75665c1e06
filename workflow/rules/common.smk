# The checked configuration, what of it is finished, and what the other files of rules look up in it.
import json
import re
import shlex
from pathlib import Path

from denoising.config import studies
from denoising.config.load import load
from denoising.config.plan import PlanFiles, plan
from denoising.config.read import ConfigError, read_yaml
from denoising.config.resolve import data_slug, noise_slug, resolved_experiment
from denoising.declared import FIGURES as DRAWINGS
from denoising.declared import TABLES as COMPUTED
from denoising.rebuild.code import CodeDigests
from denoising.rebuild.finished import Wanted, config_text, state
from denoising.rebuild.stale_locks import clear_stale_locks

ALIVE = clear_stale_locks(Path(".snakemake"))  # a killed Snakemake keeps nobody from going on


def config_file(name):
    """A file of config/ in the working directory, else the one beside the Snakefile."""
    own = Path("config", name)
    return own if own.exists() else Path(HERE, "config", name)


def checked_configuration():
    """Our own file, with what the command line or, as a module, the other workflow lays over it."""
    files = [config_file("config.yaml")]
    if workflow.modifier.is_main_snakefile():
        files += [Path(os.path.relpath(path)) for path in workflow.overwrite_configfiles]
        return load(files, workflow.config_settings.config, "--config")
    return load(files, config, "config of the module")


try:
    CONFIG = checked_configuration()
    CLAIMS = read_yaml(config_file("claims.yaml"))
except ConfigError as error:
    count = f"{len(error.lines)} error{'s' if len(error.lines) > 1 else ''}"
    raise WorkflowError(f"the configuration has {count}:\n{error}") from None
for name in studies.unstudied(CONFIG):
    print(f"note: experiments.{name} stands in no study: it is not trained", file=sys.stderr)

RESULTS = CONFIG["results"]
RUN = f"{RESULTS}/runs/{{experiment}}/seed-{{seed}}"
PLAN_FILES = PlanFiles(Path(".snakemake/plan"))
CODE = CodeDigests(Path(HERE, "workflow", "scripts"))
EXPERIMENTS = {name: resolved_experiment(CONFIG, name) for name in CONFIG["experiments"]}
SETTINGS = {name: PLAN_FILES.put(f"experiments/{name}", own) for name, own in EXPERIMENTS.items()}
TRAINING_CODE = {name: CODE.training(own) for name, own in EXPERIMENTS.items()}
EVALUATION_CODE = {name: CODE.evaluation(own) for name, own in EXPERIMENTS.items()}
CLEAN = {name: f"{RESULTS}/datasets/{data_slug(own['data'])}" for name, own in EXPERIMENTS.items()}
NOISY = {name: f"{CLEAN[name]}/{noise_slug(own['noise'])}" for name, own in EXPERIMENTS.items()}


def run_state(run):
    """Where a run stands; by its own files, so that dates, copies and lost records do not matter."""
    name, seed = run
    text = config_text(EXPERIMENTS[name], seed)
    wanted = Wanted(text, TRAINING_CODE[name], EVALUATION_CODE[name])
    return state(Path(RESULTS, "runs", name, f"seed-{seed}"), wanted)


RUNS = studies.enabled_runs(CONFIG)
STATES = {run: run_state(run) for run in RUNS}
LEFT_OUT = {}
if CONFIG.get("only_finished"):
    LEFT_OUT = {run: STATES[run].other for run in RUNS if STATES[run].other}
    RUNS = [run for run in RUNS if STATES[run].finished]
    if not RUNS:
        raise WorkflowError(f"no run in {RESULTS}/runs is finished: there is nothing to show yet")
for (name, seed), why in LEFT_OUT.items():
    print(f"note: {name} seed {seed} is left out: {why}", file=sys.stderr)
if workflow.dag_settings.forceall or workflow.dag_settings.forcerun:
    STATES = {}  # what is there counts for nothing
PLAN = {
    **plan(CONFIG, RUNS, CLAIMS),
    "left_out": [[name, seed, why] for (name, seed), why in LEFT_OUT.items()],
}
TABLES = {table.name: table for table in COMPUTED}
FIGURES = {figure["number"]: figure for figure in PLAN["figures"]}
DRAW = {figure.name: figure for figure in DRAWINGS}
BY_EXPERIMENT = ("titles", "reported", "experiments")  # facets that a figure needs a part of

# Programs are found beside the Snakefile and run with the Python that runs Snakemake, whether or not its environment is
# activated; where Snakemake deploys the software, with that.
DEPLOYED = workflow.deployment_settings and workflow.deployment_settings.deployment_method
shell.prefix(
    f"export LAB={shlex.quote(os.path.join(HERE, 'workflow', 'scripts'))}; "
    + ("" if DEPLOYED else f"PATH={shlex.quote(os.path.dirname(sys.executable))}:$PATH; ")
)


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    seed=r"0|[1-9]\d*",
    dataset="|".join(CONFIG["datasets"]),
    table="|".join(TABLES),
    number="|".join(map(re.escape, FIGURES)) or "none",


def run_file(file, run):
    return f"{RESULTS}/runs/{run[0]}/seed-{run[1]}/{file}"


def of_run(file, run, done="finished"):
    """A file of a run; of a finished (trained) one as it is, without asking what made it."""
    path = run_file(file, run)
    return before_update(path) if run in STATES and getattr(STATES[run], done) else path


def asked_for(run):
    """Whether what is wanted on the command line can depend on a run."""
    targets = workflow.dag_settings.targets
    own, elsewhere = run_file("", run), (f"{RESULTS}/runs/", f"{RESULTS}/datasets/", "results/data/")
    return not targets or any(t.startswith(own) or not t.startswith(elsewhere) for t in targets)


# Snakemake reruns what it remembers to have been made otherwise. Of results that were copied here it remembers nothing:
# they are known by their own files.
if not workflow.dag_settings.target_jobs:
    workflow.dag_settings.forcerun = {
        *workflow.dag_settings.forcerun,
        *(
            run_file("metrics.json" if one.trained else "config.json", run)
            for run, one in STATES.items()
            if one.other and run in RUNS and asked_for(run)
        ),
    }


def sentinels(experiments=None):
    """The file of each run that is there when all of it is: of all runs, or of some experiments'."""
    return [of_run("metrics.json", run) for run in RUNS if experiments is None or run[0] in experiments]


def clean_arrays(wildcards):
    return [f"{CLEAN[wildcards.experiment]}/{name}.npy" for name in ("train", "test")]


def noisy_arrays(wildcards):
    folder = f"{NOISY[wildcards.experiment]}/seed-{wildcards.seed}"
    return [f"{folder}/{name}.npy" for name in ("train", "test")]


def table_files(names):
    return [f"{RESULTS}/tables/{name}.csv" for name in names]


def figure_files(numbers, *suffixes):
    return [f"{RESULTS}/figures/{number}.{suffix}" for number in numbers for suffix in suffixes]
