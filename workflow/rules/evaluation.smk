# Each run measured on every test image, and tables over all runs.


rule evaluate:
    input:
        model_and_data,
    output:
        f"{RUN}/metrics.json",
    log:
        f"{RESULTS}/logs/evaluate/{{experiment}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/evaluate/{{experiment}}/seed-{{seed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=of_run_needs(evaluation_needs, "memory"),
        runtime=of_run_needs(evaluation_needs, "minutes"),
        disk_mb=of_run_needs(evaluation_needs, "disk"),
    params:
        made_from=lambda wildcards: measured_from(wildcards.experiment, wildcards.seed),
        then=lambda wildcards: unkept(wildcards.experiment, wildcards.seed),
    shell:
        'python "$LAB/evaluate.py" {params.made_from} --seed {wildcards.seed} > {log} 2>&1 {params.then}'


rule make_table:
    input:
        table_inputs,
        facets=lambda wildcards: TABLE_FACETS[wildcards.table],
    output:
        report(
            f"{RESULTS}/tables/{{table}}.csv",
            caption="../../report/captions/table.rst",
            category="Tables",
            labels={"table": "{table}"},
        ),
    log:
        f"{RESULTS}/logs/make_table/{{table}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/make_table/{{table}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=LIGHT.memory,
        runtime=LIGHT.minutes,
        disk_mb=LIGHT.disk,
    params:
        code=lambda wildcards: CODE.program("make_table.py", TABLES[wildcards.table].compute),
        compute=lambda wildcards: TABLES[wildcards.table].compute,
        digits=lambda wildcards: TABLES[wildcards.table].digits or 0,
        results=lambda wildcards: RESULTS,
    shell:
        'python "$LAB/make_table.py" --compute {params.compute} --facets {input.facets:q}'
        " --digits {params.digits} --results {params.results:q} --output {output:q} > {log:q} 2>&1"
