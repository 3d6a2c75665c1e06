# Each run measured on every test image, and all runs in one table.


rule evaluate:
    input:
        modules("evaluate.py"),
        clean_arrays,
        noisy_arrays,
        config=f"{RUN}/config.json",
        model=f"{RUN}/model.keras",
        history=f"{RUN}/history.csv",
        program="workflow/scripts/evaluate.py",
    output:
        metrics=f"{RUN}/metrics.json",
        images=f"{RUN}/images.csv",
        decoded=f"{RUN}/decoded.npz",
    log:
        f"{RESULTS}/logs/evaluate/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/evaluate/{{experiment}}/seed-{{seed}}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        clean=clean_folder,
        noisy=noisy_folder,
        checkpoints=CHECKPOINTS,
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --config {input.config:q} --model {input.model:q} --history {input.history:q}"
        " --clean {params.clean:q} --noisy {params.noisy:q} --output {params.folder:q}"
        " --checkpoints {params.checkpoints:q} > {log:q} 2>&1"


rule measure_lattice:
    input:
        modules("measure_lattice.py"),
        clean_arrays,
        config=f"{RUN}/config.json",
        trajectory=f"{RUN}/trajectory.npz",
        program="workflow/scripts/measure_lattice.py",
    output:
        summary=f"{RUN}/lattice.json",
        epochs=f"{RUN}/lattice.csv",
    log:
        f"{RESULTS}/logs/measure_lattice/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/measure_lattice/{{experiment}}/seed-{{seed}}.tsv"
    params:
        clean=clean_folder,
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --config {input.config:q} --trajectory {input.trajectory:q}"
        " --clean {params.clean:q} --output {params.folder:q} > {log:q} 2>&1"


rule measure_initial:
    input:
        modules("measure_initial.py"),
        clean_arrays,
        noisy_arrays,
        config=f"{RUN}/config.json",
        program="workflow/scripts/measure_initial.py",
    output:
        f"{RUN}/initial.json",
    log:
        f"{RESULTS}/logs/measure_initial/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/measure_initial/{{experiment}}/seed-{{seed}}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        clean=clean_folder,
        noisy=noisy_folder,
    shell:
        "python {input.program:q} --config {input.config:q} --clean {params.clean:q}"
        " --noisy {params.noisy:q} --output {output:q} > {log:q} 2>&1"


rule tabulate_initial:
    input:
        modules("tabulate_initial.py"),
        [
            path
            for file in ("config.json", "initial.json", "lattice.json")
            for path in run_files(file, REPORTED)
        ],
        runs=f"{RESULTS}/tables/runs.csv",
        program="workflow/scripts/tabulate_initial.py",
    output:
        table("initial"),
    log:
        f"{RESULTS}/logs/tabulate_initial.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_initial.tsv"
    params:
        folder=runs_folder,
        experiments=list(REPORTED),
    shell:
        "python {input.program:q} --runs {input.runs:q} --folder {params.folder:q}"
        " --experiments {params.experiments:q} --output {output:q} > {log:q} 2>&1"


rule tabulate_runs:
    input:
        modules("tabulate_runs.py"),
        run_files("config.json"),
        run_files("layers.json"),
        run_files("history.csv"),
        run_files("metrics.json"),
        run_files("lattice.json"),
        program="workflow/scripts/tabulate_runs.py",
    output:
        table("runs"),
    log:
        f"{RESULTS}/logs/tabulate_runs.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_runs.tsv"
    params:
        runs=run_files(""),
    shell:
        "python {input.program:q} --runs {params.runs:q} --output {output:q} > {log:q} 2>&1"


rule compare_runs:
    input:
        modules("compare_runs.py"),
        runs=f"{RESULTS}/tables/runs.csv",
        claims="config/claims.yaml",
        program="workflow/scripts/compare_runs.py",
    output:
        table("experiments"),
        table("comparisons"),
        table("law"),
        table("implied"),
        table("alternatives"),
        table("variance"),
        table("claims"),
    log:
        f"{RESULTS}/logs/compare_runs.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_runs.tsv"
    params:
        studies=as_json(
            {
                name: study["experiments"]
                for name, study in studies.enabled_studies(CONFIG).items()
            },
            sort_keys=False,
        ),
        pairs=as_json(
            {
                name: studies.compared_pairs(study)
                for name, study in studies.enabled_studies(CONFIG).items()
            },
            sort_keys=False,
        ),
        reported=as_json(REPORTED, sort_keys=False),
        alternatives=as_json(studies.alternatives(CONFIG), sort_keys=False),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --runs {input.runs:q} --claims {input.claims:q}"
        " --studies {params.studies:q} --pairs {params.pairs:q} --reported {params.reported:q}"
        " --alternatives {params.alternatives:q} --output {params.folder:q}"
        " > {log:q} 2>&1"


rule summarise_images:
    input:
        modules("summarise_images.py"),
        run_files("images.csv"),
        runs=f"{RESULTS}/tables/runs.csv",
        program="workflow/scripts/summarise_images.py",
    output:
        table("image_spread"),
        table("digits"),
        table("extremes"),
    log:
        f"{RESULTS}/logs/summarise_images.log",
    benchmark:
        f"{RESULTS}/benchmarks/summarise_images.tsv"
    params:
        runs=runs_folder,
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --runs {input.runs:q} --folder {params.runs:q}"
        " --output {params.folder:q} > {log:q} 2>&1"


rule weigh_rivals:
    input:
        modules("weigh_rivals.py"),
        [
            path
            for file in ("trajectory.npz", "decoded.npz", "history.csv", "metrics.json")
            for path in run_files(file, REPORTED)
        ],
        runs=f"{RESULTS}/tables/runs.csv",
        program="workflow/scripts/weigh_rivals.py",
    output:
        table("rivals"),
        table("epochs_met"),
    log:
        f"{RESULTS}/logs/weigh_rivals.log",
    benchmark:
        f"{RESULTS}/benchmarks/weigh_rivals.tsv"
    params:
        runs=runs_folder,
        clean=as_json(
            {name: f"{clean_folder(Run(name, 0))}/test.npy" for name in REPORTED}, sort_keys=False
        ),
        reported=as_json(REPORTED, sort_keys=False),
        variants=as_json(studies.variant_experiments(CONFIG), sort_keys=False),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --runs {input.runs:q} --folder {params.runs:q}"
        " --clean {params.clean:q} --reported {params.reported:q} --variants {params.variants:q}"
        " --output {params.folder:q} > {log:q} 2>&1"
