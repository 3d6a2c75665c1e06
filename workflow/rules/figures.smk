# Every figure as a vector (SVG), a picture (PNG) and its data (CSV).


def drawn(number):
    """The experiments of a figure and the seeds of their runs."""
    own = {experiment: [] for experiment in FIGURES[number]["experiments"]}
    for experiment, seed in RUNS:
        if experiment in own:
            own[experiment].append(seed)
    return own


def figure_inputs(wildcards):
    figure = FIGURES[wildcards.number]
    return [
        *table_files(DRAW[figure["name"]].tables),
        *sentinels(figure["experiments"]),
    ]


def figure_facets(wildcards):
    declared = DRAW[FIGURES[wildcards.number]["name"]]
    own = drawn(wildcards.number)
    facets = {
        facet: {name: PLAN[facet][name] for name in own} if facet in BY_EXPERIMENT else PLAN[facet]
        for facet in declared.facets
    }
    return PLAN_FILES.put(f"figures/{wildcards.number}", {"facets": facets, "drawn": own})


rule draw:
    input:
        figure_inputs,
    output:
        report(
            f"{RESULTS}/figures/{{number}}.svg",
            caption="../../report/captions/figure.rst",
            category="Figures",
            labels={"figure": "{number}"},
        ),
        f"{RESULTS}/figures/{{number}}.png",
        f"{RESULTS}/figures/{{number}}.csv",
    log:
        f"{RESULTS}/logs/draw/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw/{{number}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=lambda wildcards: CODE.program("draw.py", DRAW[FIGURES[wildcards.number]["name"]].draw),
        draw=lambda wildcards: DRAW[FIGURES[wildcards.number]["name"]].draw,
        facets=figure_facets,
        results=RESULTS,
    shell:
        'python "$LAB/draw.py" --draw {params.draw} --facets {params.facets:q}'
        " --results {params.results:q} --output {output:q} > {log:q} 2>&1"
