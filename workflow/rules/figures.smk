# Every figure as a vector (SVG), a picture (PNG) and its data (CSV).


rule draw_figure:
    input:
        figure_inputs,
        facets=lambda wildcards: FIGURE_FACETS[wildcards.number],
    output:
        report(
            f"{RESULTS}/figures/{{number}}.svg",
            caption="../../report/captions/figure.rst",
            category="Figures",
            subcategory=chapter,
            labels={"figure": "{number}"},
        ),
        f"{RESULTS}/figures/{{number}}.png",
        f"{RESULTS}/figures/{{number}}.csv",
    log:
        f"{RESULTS}/logs/draw_figure/{{number}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/draw_figure/{{number}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=LIGHT.memory,
        runtime=LIGHT.minutes,
        disk_mb=LIGHT.disk,
    params:
        code=lambda wildcards: CODE.program(
            "draw_figure.py", DRAW[FIGURES[wildcards.number]["name"]].draw
        ),
        draw=lambda wildcards: DRAW[FIGURES[wildcards.number]["name"]].draw,
        results=lambda wildcards: RESULTS,
    shell:
        'python "$LAB/draw_figure.py" --draw {params.draw} --facets {input.facets:q}'
        " --results {params.results:q} --output {output:q} > {log:q} 2>&1"
