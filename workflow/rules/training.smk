# One job a run (an experiment with one seed), one thread a job.
# Checkpoints are no output: Snakemake deletes those of a job that was killed.


rule train:
    input:
        noisy_data,
    output:
        f"{RUN}/model.keras",
        f"{RUN}/environment.json",
    log:
        f"{RESULTS}/logs/train/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train/{{experiment}}/seed-{{seed}}.tsv"
    conda:
        "../../environment.yml"
    resources:
        mem_mb=2000,
    params:
        made_from=lambda wildcards: TRAINED_FROM[wildcards.experiment],
        checkpoints=f"{RESULTS}/checkpoints/{{experiment}}/seed-{{seed}}",
        folder=RUN,
    shell:
        'python "$LAB/train.py" {params.made_from} --seed {wildcards.seed}'
        " --checkpoints {params.checkpoints:q} --folder {params.folder:q} > {log:q} 2>&1"
