# One job a run (an experiment with one seed), one thread a job.
# Checkpoints are no output: Snakemake deletes those of a job that was killed.


rule train:
    input:
        modules("train.py"),
        clean_arrays,
        noisy_arrays,
        program="workflow/scripts/train.py",
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
    threads: 1
    resources:
        mem_mb=2000,
    params:
        run=run_config,
        clean=clean_folder,
        noisy=noisy_folder,
        checkpoints=CHECKPOINTS,
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --run {params.run:q} --clean {params.clean:q} --noisy {params.noisy:q}"
        " --checkpoints {params.checkpoints:q} --output {params.folder:q} > {log:q} 2>&1"
