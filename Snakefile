# From MNIST to the report. `snakemake` rebuilds everything in results/; config/README.md explains the
# configuration, workflow/rules/ holds a file a stage. Code is found beside this file, configuration and results
# in the working directory: it runs in place, with --directory, and as a module of another workflow.
import os
import sys

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

min_version("9.27")
HERE = str(workflow.current_basedir)
sys.path.insert(0, os.path.join(HERE, "workflow", "scripts"))
# Snakemake loads the view of a rebuild before, where the project is installed: perhaps from another checkout.
OURS = ("denoising", "snakemake_logger_plugin_lab")
for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
    if not (sys.modules[name].__file__ or "").startswith(sys.path[0] + os.sep):
        del sys.modules[name]
if workflow.is_main_process and workflow.modifier.is_main_snakefile():
    from snakemake_logger_plugin_lab import attach

    attach(workflow.logger_manager)


report: "report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        f"{RESULTS}/report.html",
        f"{RESULTS}/report-details.html",
        f"{RESULTS}/report.md",
        table_files(TABLES),
        figure_files(FIGURES, "png"),
        sentinels(),
        [of_run("metrics.json", run) for run in UNSHOWN],


if workflow.modifier.is_main_snakefile():
    logger.addFilter(in_plain_words)
    if workflow.is_main_process and EXPECTED:
        at_once = workflow.resource_settings.cores or workflow.resource_settings.nodes or 1
        logger.warning(announced(EXPECTED, at_once), extra={"expected": EXPECTED})


onsuccess:
    if not ONLY_FINISHED:
        forget_checkpoints_below()
        if DECISION.waiting:
            WAITING.write_text("\n".join(DECISION.waiting))
            print(
                f"{', '.join(DECISION.waiting)}: the same command goes on with the best",
                file=sys.stderr,
            )


onstart:
    # Its limit of jobs a second leaves a timer behind at every job, each of which wakes the scheduler once a second from
    # then on: after a hundred jobs it would need a core. On one machine there is nothing to limit.
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None
    if SOLE and not ONLY_FINISHED and (said := cancel_left_behind(Path())):
        print(said, file=sys.stderr)
