# The report: one HTML file.


TABLES = (
    "runs experiments comparisons law implied alternatives variance initial claims rivals epochs_met"
    " image_spread digits extremes compression smallest_codes formats"
).split()


rule render_report:
    input:
        modules("render_report.py"),
        sorted(map(str, Path("report/templates").rglob("*.j2"))),
        sorted(map(str, Path("report/texts").glob("*.yaml"))),
        "report/style.css",
        "report/script.js",
        [f"{RESULTS}/tables/{name}.csv" for name in TABLES],
        [path for path in FIGURE_FILES if path.endswith((".svg", ".csv"))],
        sorted(path for data in report_data().values() for path in data.values()),
        run_files("decoded.npz"),
        run_files("images.csv"),
        run_files("layers.json"),
        run_files("history.csv"),
        run_files("environment.json"),
        data=sorted(
            {f"results/data/{EXPERIMENTS[e]['data']['dataset']}/source.json" for e, _ in RUNS}
        ),
        claims="config/claims.yaml",
        citation="CITATION.cff",
        program="workflow/scripts/render_report.py",
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
    params:
        about=report_about,
        results=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --about {params.about:q} --results {params.results:q}"
        " --sources {input.data:q} --claims {input.claims:q}"
        " --citation {input.citation:q} --report report --output {output:q} > {log:q} 2>&1"
