# What the codes compress to, beside common image formats.


rule compress_codes:
    input:
        modules("compress_codes.py"),
        clean_arrays,
        noisy_arrays,
        model=f"{RUN}/model.keras",
        program="workflow/scripts/compress_codes.py",
    output:
        f"{RUN}/compression.csv",
    log:
        f"{RESULTS}/logs/compress_codes/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/compress_codes/{{experiment}}/seed-{{seed}}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        clean=clean_folder,
        noisy=noisy_folder,
    shell:
        "python {input.program:q} --model {input.model:q} --clean {params.clean:q}"
        " --noisy {params.noisy:q} --output {output:q} > {log:q} 2>&1"


rule store_formats:
    input:
        modules("store_formats.py"),
        lambda wildcards: clean_arrays(FIRST_RUN),
        program="workflow/scripts/store_formats.py",
    output:
        table("formats"),
    log:
        f"{RESULTS}/logs/store_formats.log",
    benchmark:
        f"{RESULTS}/benchmarks/store_formats.tsv"
    params:
        clean=lambda wildcards: clean_folder(FIRST_RUN),
    shell:
        "python {input.program:q} --clean {params.clean:q} --output {output:q} > {log:q} 2>&1"


rule tabulate_compression:
    input:
        modules("tabulate_compression.py"),
        run_files("compression.csv", COMPRESSED),
        runs=f"{RESULTS}/tables/runs.csv",
        program="workflow/scripts/tabulate_compression.py",
    output:
        table("compression"),
        table("smallest_codes"),
    log:
        f"{RESULTS}/logs/tabulate_compression.log",
    benchmark:
        f"{RESULTS}/benchmarks/tabulate_compression.tsv"
    params:
        runs=runs_folder,
        studies=as_json(COMPRESSION, sort_keys=False),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --runs {input.runs:q} --folder {params.runs:q}"
        " --studies {params.studies:q} --output {params.folder:q} > {log:q} 2>&1"
