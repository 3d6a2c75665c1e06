# One job a run (an experiment with one seed), one thread a job.
# Checkpoints are no output: Snakemake deletes those of a job that was killed.


rule train:
    input:
        clean_arrays,
        noisy_arrays,
    output:
        config=f"{RUN}/config.json",
        layers=f"{RUN}/layers.json",
        history=f"{RUN}/history.csv",
        trajectory=f"{RUN}/trajectory.npz",
        model=f"{RUN}/model.keras",
        environment=f"{RUN}/environment.json",
    log:
        f"{RESULTS}/logs/train/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train/{{experiment}}/seed-{{seed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        settings=lambda wildcards: SETTINGS[wildcards.experiment],
        code=lambda wildcards: TRAINING_CODE[wildcards.experiment],
        clean=lambda wildcards: CLEAN[wildcards.experiment],
        noisy=lambda wildcards: NOISY[wildcards.experiment],
        checkpoints=f"{RESULTS}/checkpoints/{{experiment}}/seed-{{seed}}",
        folder=RUN,
    shell:
        'python "$LAB/train.py" --settings {params.settings:q} --seed {wildcards.seed} --code {params.code}'
        " --clean {params.clean:q} --noisy {params.noisy:q}/seed-{wildcards.seed}"
        " --checkpoints {params.checkpoints:q} --output {params.folder:q} > {log:q} 2>&1"
