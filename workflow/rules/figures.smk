# Every figure as SVG and PNG, under its number (see denoising.studies.figures).
FIGURE_FILES = [
    f"{RESULTS}/figures/{number}.{suffix}"
    for number in ["1.1", *FIGURES, *LATTICE_FIGURES, *IMAGE_FIGURES, *COMPRESSION_FIGURES]
    for suffix in ("svg", "png", "csv")
]


rule plot_architecture:
    input:
        modules("plot_architecture.py"),
        drawn_files(FIRST_RUN[:1]),
        f"{drawn_run(*FIRST_RUN)['run']}/layers.json",
        program="workflow/scripts/plot_architecture.py",
    output:
        report(
            f"{RESULTS}/figures/1.1.svg",
            caption="../../report/captions/architecture.rst",
            category="Figures",
            subcategory="The write-up",
            labels={"figure": "1.1"},
        ),
        f"{RESULTS}/figures/1.1.png",
        f"{RESULTS}/figures/1.1.csv",
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
        report(
            f"{RESULTS}/figures/{{number}}.svg",
            caption="../../report/captions/results.rst",
            category="Figures",
            subcategory="The write-up and studies",
            labels={"figure": "{number}"},
        ),
        f"{RESULTS}/figures/{{number}}.png",
        f"{RESULTS}/figures/{{number}}.csv",
    log:
        f"{RESULTS}/logs/figures/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{number}}.tsv"
    wildcard_constraints:
        number="|".join(map(re.escape, FIGURES)),
    params:
        kind=lambda wildcards: FIGURES[wildcards.number].kind,
        runs=lambda wildcards: as_json(drawn_runs(FIGURES[wildcards.number].experiments)),
    shell:
        "python {input.program:q} --kind {params.kind} --runs {params.runs:q} --output {output:q}"
        " > {log:q} 2>&1"


rule plot_lattice:
    input:
        modules("plot_lattice.py"),
        lambda wildcards: lattice_files(LATTICE_FIGURES[wildcards.number]),
        runs=f"{RESULTS}/tables/runs.csv",
        program="workflow/scripts/plot_lattice.py",
    output:
        report(
            f"{RESULTS}/figures/{{number}}.svg",
            caption="../../report/captions/lattice.rst",
            category="Figures",
            subcategory="What decides a run",
            labels={"figure": "{number}"},
        ),
        f"{RESULTS}/figures/{{number}}.png",
        f"{RESULTS}/figures/{{number}}.csv",
    log:
        f"{RESULTS}/logs/figures/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{number}}.tsv"
    wildcard_constraints:
        number="|".join(map(re.escape, LATTICE_FIGURES)),
    params:
        kind=lambda wildcards: LATTICE_FIGURES[wildcards.number],
        folder=runs_folder,
        experiments=lambda wildcards: as_json(
            lattice_titles(LATTICE_FIGURES[wildcards.number]), sort_keys=False
        ),
        reported=as_json(REPORTED, sort_keys=False),
    shell:
        "python {input.program:q} --kind {params.kind} --runs {input.runs:q} --folder {params.folder:q}"
        " --experiments {params.experiments:q} --reported {params.reported:q} --output {output:q}"
        " > {log:q} 2>&1"


rule plot_images:
    input:
        modules("plot_images.py"),
        drawn_files(FIRST_RUN[:1]),
        table=lambda wildcards: f"{RESULTS}/tables/{IMAGE_TABLES[IMAGE_FIGURES[wildcards.number]]}.csv",
        program="workflow/scripts/plot_images.py",
    output:
        report(
            f"{RESULTS}/figures/{{number}}.svg",
            caption="../../report/captions/images.rst",
            category="Figures",
            subcategory="Single images",
            labels={"figure": "{number}"},
        ),
        f"{RESULTS}/figures/{{number}}.png",
        f"{RESULTS}/figures/{{number}}.csv",
    log:
        f"{RESULTS}/logs/figures/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{number}}.tsv"
    wildcard_constraints:
        number="|".join(map(re.escape, IMAGE_FIGURES)),
    params:
        kind=lambda wildcards: IMAGE_FIGURES[wildcards.number],
        experiments=as_json(WRITEUP_TITLES, sort_keys=False),
        run=as_json({"experiment": FIRST_RUN.experiment, **drawn_run(*FIRST_RUN)}),
    shell:
        "python {input.program:q} --kind {params.kind} --table {input.table:q}"
        " --experiments {params.experiments:q} --run {params.run:q} --output {output:q}"
        " > {log:q} 2>&1"


rule plot_compression:
    input:
        modules("plot_compression.py"),
        compression=f"{RESULTS}/tables/compression.csv",
        formats=f"{RESULTS}/tables/formats.csv",
        program="workflow/scripts/plot_compression.py",
    output:
        report(
            f"{RESULTS}/figures/5.1.svg",
            caption="../../report/captions/compression.rst",
            category="Figures",
            subcategory="Compression",
            labels={"figure": "5.1"},
        ),
        f"{RESULTS}/figures/5.1.png",
        f"{RESULTS}/figures/5.1.csv",
    log:
        f"{RESULTS}/logs/figures/5.1.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/5.1.tsv"
    params:
        experiments=as_json(titles(COMPRESSED), sort_keys=False),
    shell:
        "python {input.program:q} --compression {input.compression:q} --formats {input.formats:q}"
        " --experiments {params.experiments:q} --output {output:q} > {log:q} 2>&1"
