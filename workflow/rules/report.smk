# The report: a page to read, and one to look things up in.


rule render_report:
    input:
        table_files(TABLES),
        figure_files(FIGURES, "svg", "csv"),
        data=sources_of_data,
        plan=PLAN_FILES.put("report", PLAN),
    output:
        report(
            f"{RESULTS}/report.html",
            caption="../../report/captions/page.rst",
            category="Report",
            labels={"page": "report.html"},
        ),
        report(
            f"{RESULTS}/report-details.html",
            caption="../../report/captions/page.rst",
            category="Report",
            labels={"page": "report-details.html"},
        ),
        f"{RESULTS}/report.md",
    log:
        f"{RESULTS}/logs/render_report.log",
    benchmark:
        f"{RESULTS}/benchmarks/render_report.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=LIGHT.memory,
        runtime=LIGHT.minutes,
        disk_mb=LIGHT.disk,
    params:
        code=CODE.page(Path(HERE, "report"), SECTIONS),
        results=lambda wildcards: RESULTS,
    shell:
        'python "$LAB/render_report.py" --plan {input.plan:q} --results {params.results:q}'
        ' --sources {input.data:q} --citation "$LAB/../../CITATION.cff" --report "$LAB/../../report"'
        " --output {output:q} > {log:q} 2>&1"


rule write_archive:
    input:
        [of_run("metrics.json", run) for run in ARCHIVED],
        expand("{results}/datasets/{slice}/formats.csv", results=RESULTS, slice=PLAN["slices"]),
        sources_of_data,
        facets=PLAN_FILES.put("archive", {"runs": ARCHIVED, "slices": PLAN["slices"]}),
    output:
        f"{RESULTS}/archive.tar.xz",
    log:
        f"{RESULTS}/logs/write_archive.log",
    benchmark:
        f"{RESULTS}/benchmarks/write_archive.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=LIGHT.memory,
        runtime=LIGHT.minutes,
        disk_mb=LIGHT.disk,
    params:
        code=CODE.program("write_archive.py"),
        weights="--weights" if CONFIG.get("archive_weights") else "",
        results=lambda wildcards: RESULTS,
    shell:
        'python "$LAB/write_archive.py" --facets {input.facets:q} --results {params.results:q}'
        " --data results/data {params.weights} --output {output:q} > {log:q} 2>&1"
