# Every figure as SVG and PNG, under its number (see denoising.studies.figures).
FORMATS = ["svg", "png"]


def drawn_runs(experiments):
    """What a figure needs to know of the runs that it draws, an inner list an experiment."""
    return [
        [
            {
                "run": f"{RESULTS}/runs/{experiment}/seed-{seed}",
                "clean": f"{clean_folder(run)}/test.npy",
                "noisy": f"{noisy_folder(run)}/test.npy",
                "title": CONFIG["experiments"][experiment].get("title", experiment),
                "reported": CONFIG["experiments"][experiment].get("reported"),
            }
            for seed in studies.seeds_of(CONFIG, experiment)
            for run in [Run(experiment, seed)]
        ]
        for experiment in experiments
    ]


def drawn_files(experiments):
    files = ["config.json", "history.csv", "images.csv", "decoded.npz"]
    runs = [run for group in drawn_runs(experiments) for run in group]
    data = {run[part] for run in runs for part in ("clean", "noisy")}
    return [*(f"{run['run']}/{file}" for run in runs for file in files), *sorted(data)]


rule plot_architecture:
    input:
        sources("plot_architecture.py"),
        lambda wildcards: drawn_files(FIRST_EXPERIMENT),
        lambda wildcards: f"{drawn_runs(FIRST_EXPERIMENT)[0][0]['run']}/layers.json",
    output:
        expand(RESULTS + "/figures/1.1.{format}", format=FORMATS),
    params:
        run=lambda wildcards: as_json(drawn_runs(FIRST_EXPERIMENT)[0][0]),
    log:
        f"{RESULTS}/logs/figures/1.1.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/1.1.tsv"
    shell:
        "python {input[0]:q} --run {params.run:q} --output {output:q} > {log:q} 2>&1"


rule plot_results:
    input:
        sources("plot_results.py"),
        lambda wildcards: drawn_files(FIGURES[wildcards.number].experiments),
    output:
        expand(RESULTS + "/figures/{{number}}.{format}", format=FORMATS),
    params:
        kind=lambda wildcards: FIGURES[wildcards.number].kind,
        runs=lambda wildcards: as_json(drawn_runs(FIGURES[wildcards.number].experiments)),
    log:
        f"{RESULTS}/logs/figures/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{number}}.tsv"
    shell:
        "python {input[0]:q} --kind {params.kind} --runs {params.runs:q} --output {output:q}"
        " > {log:q} 2>&1"
