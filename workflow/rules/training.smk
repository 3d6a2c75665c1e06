# One job a run (an experiment with one seed), one thread a job.
# The model stands for all that a training leaves, as each file costs time in the plan of a thousand runs. Checkpoints are no
# output: Snakemake deletes those of a job that was killed.
# Before any, each kind of model, optimizer and loss takes one step.
KINDS = PLAN_FILES.put(
    "kinds", distinct({name: EXPERIMENTS[name] for name, _ in [*RUNS, *UNSHOWN]})
)
PASSED = f"{RESULTS}/rehearsals/{Path(KINDS).stem}-{CODE.rehearsal()}.json"


rule rehearse:
    output:
        PASSED,
    log:
        f"{RESULTS}/logs/rehearse.log",
    benchmark:
        f"{RESULTS}/benchmarks/rehearse.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=REHEARSAL.memory,
        runtime=REHEARSAL.minutes,
        disk_mb=REHEARSAL.disk,
    params:
        kinds=KINDS,
        code=CODE.rehearsal(),
    shell:
        'python "$LAB/rehearse.py" --kinds {params.kinds:q} --code {params.code:q}'
        " --output {output:q} > {log:q} 2>&1"


rule train:
    input:
        noisy_data,
        ancient(PASSED),
    output:
        f"{RUN}/model.keras",
    log:
        f"{RESULTS}/logs/train/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train/{{experiment}}/seed-{{seed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=of_run_needs(training_needs, "memory"),
        runtime=of_run_needs(training_needs, "minutes"),
        disk_mb=of_run_needs(training_needs, "disk"),
    params:
        made_from=lambda wildcards: MADE_FROM[wildcards.experiment],
    shell:
        'python "$LAB/train.py" {params.made_from} --seed {wildcards.seed}'
        f" --rungs {LOWER} > {{log}} 2>&1"
