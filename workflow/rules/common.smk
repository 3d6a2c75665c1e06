# The checked configuration, what of it is finished, and what the other files of rules look up in it.
import hashlib
import json
import platform
import re
import shlex
import shutil
from functools import cache
from pathlib import Path

from denoising.config import rungs, studies
from denoising.config.claims import load_claims
from denoising.config.load import load
from denoising.config.plan import PlanFiles, plan
from denoising.config.read import ConfigError, read_config
from denoising.config.resolve import data_slug, noise_slug, resolved_experiment
from denoising.config.targets import plainer, unknown_experiment
from denoising.declared import FIGURES as DRAWINGS
from denoising.declared import TABLES as COMPUTED
from denoising.errors import LabError
from denoising.files import read_json
from denoising.rebuild.archive import UNKEPT
from denoising.rebuild.code import CodeDigests
from denoising.rebuild.finished import NOTHING_THERE, Wanted, config_text, model_digest, settled
from denoising.model.cost import training_seconds
from denoising.rebuild.slurm import cancel_left_behind
from denoising.rebuild.needs import (
    LIGHT,
    REHEARSAL,
    data_needs,
    evaluation_needs,
    image_megabytes,
    training_needs,
)
from denoising.rebuild.progress import announced, clock
from denoising.rebuild.stale_locks import clear_stale_locks
from denoising.report.sections import sections
from denoising.seeds import seed_of
from denoising.training.rehearsal import distinct

# A killed Snakemake keeps nobody from going on. (A cluster's jobs are Snakemakes of another one's.)
ALIVE, LIVING = clear_stale_locks(Path(".snakemake")) if workflow.is_main_process else (None, [])
for other in LIVING:
    if other.host != platform.node():
        print(
            f"note: a rebuild of this folder was begun on {other.host} (process {other.pid});"
            f" if it has ended, delete .snakemake/living/{other.host},*",
            file=sys.stderr,
        )
SOLE = workflow.is_main_process and not LIVING


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
    beside = config_file("claims.yaml").parent == config_file("config.yaml").parent
    CLAIMS = load_claims(config_file("claims.yaml"), CONFIG, about_it=beside)
    CRITERIA = read_config(config_file("criteria.yaml"))
except ConfigError as error:
    count = f"{len(error.lines)} error{'s' if len(error.lines) > 1 else ''}"
    sys.exit(f"error: the configuration has {count}:\n{error}")
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


def made_from(name):
    """What decides a run, as its programs get it: one parameter, each costs time in the plan of a thousand runs."""
    options = {
        "--settings": SETTINGS[name],
        "--code": TRAINING_CODE[name],
        "--clean": CLEAN[name],
        "--noisy": NOISY[name],
        "--results": RESULTS,
    }
    return shlex.join(part for option in options.items() for part in option)


MADE_FROM = {name: made_from(name) for name in EXPERIMENTS}
MEASURED_FROM = {
    name: f"{own} --evaluation {EVALUATION_CODE[name]}" for name, own in MADE_FROM.items()
}


def measured_from(experiment, seed):
    """What decides the measures of a run."""
    portrait = " --portrait" if (experiment, int(seed)) in PORTRAYED else ""
    return MEASURED_FROM[experiment] + portrait


LENDERS = {own["model"]["experiment"] for own in EXPERIMENTS.values() if "model" in own}
LIGHT_RUNS = CONFIG.get("keep") == "light"


def unkept(experiment, seed):
    """What deletes the files of a measured run that need not be kept."""
    if not LIGHT_RUNS or experiment in LENDERS:
        return ""
    log = f"{RESULTS}/logs/train/{experiment}/seed-{seed}.log"
    files = [log, *(run_file(name, (experiment, seed)) for name in UNKEPT)]
    return f"&& {shlex.join(['rm', '-f', *files])}"


def run_state(run):
    """Where a run stands; by its own files, so that dates, copies and lost records do not matter."""
    name, seed = run
    folder = Path(RESULTS, "runs", name, f"seed-{seed}")
    if not folder.exists():
        return NOTHING_THERE
    text = config_text({**EXPERIMENTS[name], "seed": seed})
    model = model_run(run)
    taken = model_digest(Path(run_file("", model))) if model else ""
    portrait = run in PORTRAYED and "training" in EXPERIMENTS[name]
    wanted = Wanted(text, TRAINING_CODE[name], EVALUATION_CODE[name], taken, portrait)
    found = settled(folder, wanted, SOLE and not ONLY_FINISHED)
    if model and found.finished:
        lender = run_state(model)
        if lender.other and not lender.trained:  # how it was measured is no matter
            return found._replace(
                finished=False, other=f"of the model that it takes, {lender.other}"
            )
    return found


def model_run(run):
    """The run whose model a run takes, if it takes one."""
    name, seed = run
    source = EXPERIMENTS[name].get("model")
    return source and (source["experiment"], seed)


def run_file(file, run):
    return f"{RESULTS}/runs/{run[0]}/seed-{run[1]}/{file}"


PORTRAYED = set()  # nobody is chosen by them
ONLY_FINISHED = CONFIG.get("only_finished", False)


@cache
def held_out_error(name):
    """By which an experiment is judged for the next rung; None while a run of it is not finished."""
    runs = [(name, seed) for seed in studies.seeds_of(CONFIG, name)]
    if not all(run_state(run).finished for run in runs):
        return None
    try:
        return rungs.held_out_error(read_json(Path(run_file("metrics.json", run))) for run in runs)
    except LabError:  # damaged, and now set aside
        return None


# Who is promoted to a rung is settled once for a rebuild: its jobs, and whoever looks on, are told.
NAMED = [
    CONFIG.get(key) for key in ("results", "sweeps", "studies", "only_studies", "only_finished")
]
DECIDED = f"chosen-{hashlib.sha256(json.dumps(NAMED).encode()).hexdigest()[:16]}"
if not SOLE and Path(PLAN_FILES.path(DECIDED)).exists():
    DECISION = rungs.Decision(**read_json(Path(PLAN_FILES.path(DECIDED))))
else:
    DECISION = rungs.decide(CONFIG, held_out_error)
WAITING = Path(".snakemake", "waiting")  # tells `make` to give the same command again
LOWER = PLAN_FILES.path("rungs")
if SOLE:
    if DECISION.judged:
        PLAN_FILES.replace(DECIDED, DECISION._asdict())
    PLAN_FILES.replace("rungs", rungs.lower(CONFIG))
    if not DECISION.waiting:
        WAITING.unlink(missing_ok=True)
JUDGED = {
    group: [(name, seed) for name in names for seed in studies.seeds_of(CONFIG, name)]
    for group, names in DECISION.judged.items()
}
CONFIG = rungs.with_chosen(CONFIG, DECISION)
PORTRAYED = studies.portrayed(CONFIG)
for rung in rungs.rungs(CONFIG):
    if rung.group in DECISION.waiting:
        cost = sum(
            training_seconds(EXPERIMENTS[name]) * len(studies.seeds_of(CONFIG, name))
            for name in list(rung.above.values())[: rung.best]
            if "training" in EXPERIMENTS[name]
        )
        print(
            f"note: {rung.group}: the best are chosen when all that are judged for it are finished,"
            f" and take about {clock(cost)} of a core more",
            file=sys.stderr,
        )


def forget_checkpoints_below():
    """Those from which the runs of a decided rung, now finished, have gone on."""
    for one in rungs.rungs(CONFIG):
        if one.group in DECISION.judged and one.group not in DECISION.waiting:
            for name in one.above:
                shutil.rmtree(Path(RESULTS, "rungs", name), ignore_errors=True)


RUNS = studies.enabled_runs(CONFIG)
# A cluster's jobs are told what to make: each of a thousand need not look at a thousand runs.
# Those that are only judged are trained, and not shown.
UNSHOWN = (
    []
    if ONLY_FINISHED
    else sorted({run for group in DECISION.waiting for run in JUDGED[group]} - {*RUNS})
)
DECIDERS = [run for group, runs in JUDGED.items() if group not in DECISION.waiting for run in runs]
LOOKED_AT = [*RUNS, *UNSHOWN, *DECIDERS] if workflow.is_main_process or ONLY_FINISHED else []
STATES = {run: run_state(run) for run in LOOKED_AT}
for run in [] if ONLY_FINISHED else LOOKED_AT:
    # Whoever has to lend its model, though no study shows it, is looked at as well; who did not keep it is trained again, and
    # then measured.
    model = model_run(run)
    if model and not STATES[run].finished:
        if model not in STATES:
            STATES[model] = run_state(model)
        if not STATES[model].trained:
            STATES[model] = STATES[model]._replace(finished=False)
LEFT_OUT = {}
if ONLY_FINISHED:
    LEFT_OUT = {run: STATES[run].other for run in RUNS if STATES[run].other}
    RUNS = [run for run in RUNS if STATES[run].finished]
    if not RUNS:
        raise WorkflowError(f"no run in {RESULTS}/runs is finished: there is nothing to show yet")
for (name, seed), why in LEFT_OUT.items():
    print(f"note: {name} seed {seed} is left out: {why}", file=sys.stderr)
# Core seconds of what is to be trained.
EXPECTED = {
    f"{name} seed {seed}": training_seconds(EXPERIMENTS[name])
    for (name, seed), found in STATES.items()
    if "training" in EXPERIMENTS[name] and not (found.trained or found.finished)
}
# Whoever forces jobs, or asks Snakemake what made what, means finished runs too. (What is asked of Snakemake is not known to
# a Snakefile otherwise.)
ABOUT_ALL_JOBS = (
    "-F --forceall -R --forcerun --report --dag --rulegraph --filegraph --d3dag --summary --detailed-summary"
    " --delete-all-output --list-changes"
).split()
if not ONLY_FINISHED and not set(ABOUT_ALL_JOBS).isdisjoint(sys.argv):
    STATES = {}
ARCHIVED = list(dict.fromkeys([*RUNS, *DECIDERS]))  # all that is shown, and what it was chosen from
SEEDS = {name: [] for name, _ in RUNS}  # of each experiment that is shown
for name, seed in RUNS:
    SEEDS[name].append(seed)
SECTIONS = sections()
DRAW = {one.name: one for one in (*DRAWINGS, *(f for s in SECTIONS.values() for f in s.figures))}
PLAN = {
    **plan(CONFIG, RUNS, CLAIMS, SECTIONS, CRITERIA),
    "left_out": [
        {"experiment": name, "seed": seed, "why": why} for (name, seed), why in LEFT_OUT.items()
    ],
}
DECLARED = (*COMPUTED, *(table for section in SECTIONS.values() for table in section.tables))
TABLES = {one.name: one for one in DECLARED if not one.of or PLAN[one.of]}
PLAN["tables"] = list(TABLES)
FIGURES = {figure["number"]: figure for figure in PLAN["figures"]}
FEW_RUNS = 100
CHAPTERS = {
    "background": "Autoencoders",
    "studies": "The write-up and studies",
    "lattice": "What decides a run",
    "images": "Single images",
    "compression": "Compression",
}
# Facets of which a figure needs its study's part, and its experiments' part.
BY_STUDY = ("studies", "searches", "sweeps", "transfers")
BY_EXPERIMENT = ("titles", "reported", "experiments")

# Programs are found beside the Snakefile and run with the Python that runs Snakemake, whether or not its environment is
# activated; where Snakemake deploys the software, with that.
DEPLOYED = workflow.deployment_settings and workflow.deployment_settings.deployment_method
shell.prefix(
    f"export LAB={shlex.quote(os.path.join(HERE, 'workflow', 'scripts'))}; "
    + "export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1; "  # a job has one thread, numpy's too
    + ("" if DEPLOYED else f"PATH={shlex.quote(os.path.dirname(sys.executable))}:$PATH; ")
)


wildcard_constraints:
    experiment="[^/]+",  # a choice of a thousand names would be matched name by name
    seed=r"0|[1-9]\d*",
    dataset="|".join(CONFIG["datasets"]),
    table="|".join(TABLES),
    number="|".join(map(re.escape, FIGURES)) or "none",


def of_run(file, run, done="finished"):
    """A file of a run; of a finished (trained) one as it is, without asking what made it."""
    path = run_file(file, run)
    return before_update(path) if run in STATES and getattr(STATES[run], done) else path


def sentinels(experiments=None):
    """The file of each run that is there when all of it is: of all runs, or of some experiments'."""
    names = SEEDS if experiments is None else [name for name in experiments if name in SEEDS]
    return [of_run("metrics.json", (name, seed)) for name in names for seed in SEEDS[name]]


def held_out(data):
    """How many training images validation looks at; none where it looks at the test images."""
    return 0 if data["validation"] == "test" else data["validation"]


EXTRA = set()  # runs that are asked for by name alone


def noisy_data(wildcards):
    """What is there when the noisy images and the clean ones are."""
    name, seed = wildcards.experiment, int(wildcards.seed)
    if name not in EXPERIMENTS:
        raise WorkflowError(unknown_experiment(name, EXPERIMENTS, config_file("config.yaml")))
    if seed not in studies.seeds_of(CONFIG, name) and (name, seed) not in EXTRA:
        EXTRA.add((name, seed))
        print(
            f"note: seed {seed} of {name} is none of its seeds: no page shows it", file=sys.stderr
        )
    noise = seed_of({**EXPERIMENTS[name], "seed": seed}, "noise")
    return f"{NOISY[name]}/seed-{noise}/train.npy"


def model_and_data(wildcards):
    """What is measured. The data are the training's inputs, too, unless that is done already."""
    run, data = (wildcards.experiment, int(wildcards.seed)), noisy_data(wildcards)
    if model := model_run(run):
        return [of_run("model.keras", model, "trained"), data]
    if "training" not in EXPERIMENTS[wildcards.experiment]:
        return data
    if run in STATES and STATES[run].trained:
        return [of_run("model.keras", run, "trained"), data]
    return run_file("model.keras", run)


def table_files(names):
    return [f"{RESULTS}/tables/{name}.csv" for name in names]


def figure_files(numbers, *suffixes):
    return [f"{RESULTS}/figures/{number}.{suffix}" for number in numbers for suffix in suffixes]


def table_inputs(wildcards):
    declared = TABLES[wildcards.table]
    slices = PLAN["slices"] if declared.data else ()
    return [
        *table_files(declared.tables),
        *(sentinels() if "runs" in declared.facets else ()),
        *(f"{RESULTS}/datasets/{one}/{declared.data}" for one in slices),
    ]


# What a job asks of a cluster: more at each attempt. Light rules run where Snakemake does (`localrule`).
def shape_of(name):
    """Rows, columns and channels of an experiment's images."""
    return tuple(CONFIG["datasets"][EXPERIMENTS[name]["data"]["dataset"]]["shape"])


@cache
def needs_of_run(kind, name):
    return kind(EXPERIMENTS[name], shape_of(name))


@cache
def needs_of_data(slice):
    own = [name for name in CLEAN if data_slug(EXPERIMENTS[name]["data"]) == slice]
    return data_needs(max(image_megabytes(EXPERIMENTS[name], shape_of(name)) for name in own))


def of_run_needs(kind, what):
    """What a job of a run asks for; `kind` computes all of it from an experiment."""
    return lambda wildcards, attempt: attempt * getattr(
        needs_of_run(kind, wildcards.experiment), what
    )


def of_data_needs(what):
    return lambda wildcards, attempt: attempt * getattr(needs_of_data(wildcards.slice), what)


# What tables and figures read of the plan stands in files, so that another plan is noticed without Snakemake's records too.
# All are written now: Snakemake lists their folder once, and takes what comes later for missing.
TABLE_FACETS = {
    name: PLAN_FILES.facets(f"tables/{name}", PLAN, own.facets) for name, own in TABLES.items()
}


def chapter(wildcards):
    """Where `snakemake --report` shows a figure."""
    section = FIGURES[wildcards.number]["section"]
    return CHAPTERS.get(section, section)


def figure_inputs(wildcards):
    """The tables that a figure reads, or the runs; of more than a few the table of all stands for them."""
    figure = FIGURES[wildcards.number]
    tables = DRAW[figure["name"]].tables
    runs = [] if tables else sentinels(figure["experiments"])
    return table_files(tables or ["runs"]) if tables or len(runs) > FEW_RUNS else runs


def figure_facets(number):
    own = {name: SEEDS.get(name, []) for name in FIGURES[number]["experiments"]}
    parts = {
        **dict.fromkeys(BY_STUDY, [FIGURES[number]["study"]]),
        **dict.fromkeys(BY_EXPERIMENT, own),
    }
    facets = {
        facet: {one: PLAN[facet][one] for one in parts[facet]} if facet in parts else PLAN[facet]
        for facet in DRAW[FIGURES[number]["name"]].facets
    }
    return PLAN_FILES.put(f"figures/{number}", {"facets": facets, "drawn": own})


FIGURE_FACETS = {number: figure_facets(number) for number in FIGURES}


def sources_of_data(wildcards):
    return sorted(
        {f"results/data/{EXPERIMENTS[name]['data']['dataset']}/source.json" for name, _ in RUNS}
    )


def in_plain_words(record):
    """Snakemake says that a target is missing, not what is near it."""
    if getattr(record, "exception", None) in ("MissingRuleException", "InputFunctionException"):
        wanted = [*(rule.name for rule in workflow.rules), *rules.all.input]
        record.msg = plainer(record.getMessage(), wanted, RESULTS, config_file("config.yaml"))
    return True
