# The report: one HTML file.


rule render_report:
    input:
        table_files(TABLES),
        figure_files(FIGURES, "svg", "csv"),
        data=sources_of_data,
    output:
        report(
            f"{RESULTS}/report.html",
            caption="../../report/captions/page.rst",
            category="Report",
            labels={"page": "report.html"},
        ),
    log:
        f"{RESULTS}/logs/render_report.log",
    benchmark:
        f"{RESULTS}/benchmarks/render_report.tsv"
    conda:
        "../../environment.yml"
    params:
        code=CODE.page(Path(HERE, "report"), SECTIONS),
        plan=PLAN_FILES.put("report", PLAN),
        results=lambda wildcards: RESULTS,
    shell:
        'python "$LAB/render_report.py" --plan {params.plan:q} --results {params.results:q}'
        ' --sources {input.data:q} --citation "$LAB/../../CITATION.cff" --report "$LAB/../../report"'
        " --output {output:q} > {log:q} 2>&1"


rule write_archive:
    input:
        sentinels(),
        expand("{results}/datasets/{slice}/formats.csv", results=RESULTS, slice=PLAN["slices"]),
        sources_of_data,
    output:
        f"{RESULTS}/archive.tar.xz",
    log:
        f"{RESULTS}/logs/write_archive.log",
    benchmark:
        f"{RESULTS}/benchmarks/write_archive.tsv"
    conda:
        "../../environment.yml"
    params:
        code=CODE.program("write_archive.py"),
        facets=PLAN_FILES.facets("archive", PLAN, ["runs", "slices"]),
        weights="--weights" if CONFIG.get("archive_weights") else "",
        results=lambda wildcards: RESULTS,
    shell:
        'python "$LAB/write_archive.py" --facets {params.facets:q} --results {params.results:q}'
        " --data results/data {params.weights} --output {output:q} > {log:q} 2>&1"
