# From MNIST to the report. `snakemake` rebuilds everything in results/; config/README.md explains the
# configuration, workflow/rules/ holds a file a stage.
import os
import re
import sys

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.0")
sys.path.insert(0, os.path.join(workflow.basedir, "workflow", "scripts"))


report: "report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/compression.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        f"{RESULTS}/report.html",
        f"{RESULTS}/tables/runs.csv",
        f"{RESULTS}/tables/claims.csv",
        f"{RESULTS}/tables/image_spread.csv",
        run_files("metrics.json"),
        FIGURE_FILES,
