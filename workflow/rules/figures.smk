# Every figure as SVG and PNG, under its number (see denoising.studies.figures).
FIGURE_FILES = [
    f"{RESULTS}/figures/{number}.{suffix}"
    for number in ["1.1", *FIGURES]
    for suffix in ("svg", "png")
]


rule plot_architecture:
    input:
        modules("plot_architecture.py"),
        drawn_files(FIRST_RUN[:1]),
        f"{drawn_run(*FIRST_RUN)['run']}/layers.json",
        program="workflow/scripts/plot_architecture.py",
    output:
        f"{RESULTS}/figures/1.1.svg",
        f"{RESULTS}/figures/1.1.png",
    log:
        f"{RESULTS}/logs/figures/1.1.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/1.1.tsv"
    params:
        run=as_json(drawn_run(*FIRST_RUN)),
    shell:
        "python {input.program:q} --run {params.run:q} --output {output:q} > {log:q} 2>&1"


rule plot_results:
    input:
        modules("plot_results.py"),
        lambda wildcards: drawn_files(FIGURES[wildcards.number].experiments),
        program="workflow/scripts/plot_results.py",
    output:
        f"{RESULTS}/figures/{{number}}.svg",
        f"{RESULTS}/figures/{{number}}.png",
    log:
        f"{RESULTS}/logs/figures/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{number}}.tsv"
    params:
        kind=lambda wildcards: FIGURES[wildcards.number].kind,
        runs=lambda wildcards: as_json(drawn_runs(FIGURES[wildcards.number].experiments)),
    shell:
        "python {input.program:q} --kind {params.kind} --runs {params.runs:q} --output {output:q}"
        " > {log:q} 2>&1"
