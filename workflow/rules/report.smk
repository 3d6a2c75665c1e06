# The report: one HTML file.


def report_about(wildcards):
    """What the report needs to know beyond the results: studies, titles, figure numbers."""
    return as_json(
        {
            "preview": CONFIG.get("preview", False),
            "defaults": {key: CONFIG["defaults"][key] for key in ("data", "noise", "training")},
            "studies": studies.enabled_studies(CONFIG),
            "experiments": {
                name: {
                    "title": CONFIG["experiments"][name].get("title", name),
                    "reported": CONFIG["experiments"][name].get("reported"),
                }
                for name in studies.enabled_experiments(CONFIG)
            },
            "figures": [
                {"number": "1.1", "kind": "architecture", "study": None,
                 "experiments": FIRST_EXPERIMENT},
                *(vars(figure) for figure in FIGURES.values()),
            ],
        },
        sort_keys=False,  # the order of studies and experiments is the report's
    )


rule render_report:
    input:
        sources("render_report.py"),
        expand("report/{file}", file=["templates/report.html.j2", "texts/en.yaml", "style.css"]),
        f"{RESULTS}/tables/runs.csv",
        expand(RESULTS + "/figures/{number}.svg", number=["1.1", *FIGURES]),
        run_files("config.json"),
        run_files("layers.json"),
        run_files("history.csv"),
        run_files("environment.json"),
        data=sorted(
            {f"results/data/{EXPERIMENTS[e]['data']['dataset']}/source.json" for e, _ in RUNS}
        ),
    output:
        f"{RESULTS}/report.html",
    params:
        about=report_about,
        results=RESULTS,
    log:
        f"{RESULTS}/logs/render_report.log",
    benchmark:
        f"{RESULTS}/benchmarks/render_report.tsv"
    shell:
        "python {input[0]:q} --about {params.about:q} --results {params.results:q}"
        " --sources {input.data:q} --report report --output {output:q} > {log:q} 2>&1"
