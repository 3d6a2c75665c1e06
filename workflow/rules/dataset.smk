# The data set's files, the clean images of a slice of it, and their noisy versions.
# The files are shared by all presets; the slices are each preset's own.
SLICES = {data_slug(own["data"]): own["data"] for own in EXPERIMENTS.values()}
NOISES = {noise_slug(own["noise"]): own["noise"] for own in EXPERIMENTS.values()}

# Where files come from does not change what they are: the name of the file is the parameter, not its content.
PLAN_FILES.replace("sources", CONFIG["datasets"])


wildcard_constraints:
    slice="|".join(SLICES),
    noise="|".join(map(re.escape, NOISES)),


rule fetch_dataset:
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
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=LIGHT.memory,
        runtime=LIGHT.minutes,
        disk_mb=LIGHT.disk,
    params:
        code=CODE.program("fetch_dataset.py"),
        files=lambda wildcards: json.dumps(CONFIG["datasets"][wildcards.dataset]["files"]),
        datasets=PLAN_FILES.path("sources"),
    shell:
        'python "$LAB/fetch_dataset.py" --name {wildcards.dataset:q} --datasets {params.datasets:q}'
        " --output results/data/{wildcards.dataset:q} > {log:q} 2>&1"


rule prepare_dataset:
    input:
        lambda wildcards: expand(
            "results/data/{dataset}/{part}.idx",
            dataset=SLICES[wildcards.slice]["dataset"],
            part=["train-images", "train-labels", "test-images", "test-labels"],
        ),
    output:
        f"{RESULTS}/datasets/{{slice}}/train.npy",
        f"{RESULTS}/datasets/{{slice}}/test.npy",
        f"{RESULTS}/datasets/{{slice}}/test-labels.npy",
    log:
        f"{RESULTS}/logs/prepare_dataset/{{slice}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/prepare_dataset/{{slice}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=of_data_needs("memory"),
        runtime=of_data_needs("minutes"),
        disk_mb=of_data_needs("disk"),
    params:
        code=CODE.program("prepare_dataset.py"),
        source=lambda wildcards: f"results/data/{SLICES[wildcards.slice]['dataset']}",
        train=lambda wildcards: SLICES[wildcards.slice]["train"],
        skip=lambda wildcards: SLICES[wildcards.slice].get("skip", 0),
        test=lambda wildcards: SLICES[wildcards.slice]["test"],
        validation=lambda wildcards: held_out(SLICES[wildcards.slice]),
        shape=lambda wildcards: CONFIG["datasets"][SLICES[wildcards.slice]["dataset"]]["shape"],
        folder=f"{RESULTS}/datasets/{{slice}}",
    shell:
        'python "$LAB/prepare_dataset.py" --source {params.source:q} --train {params.train}'
        " --skip {params.skip} --test {params.test} --validation {params.validation} --shape {params.shape} --output {params.folder:q} > {log:q} 2>&1"


rule add_noise:
    input:
        train=f"{RESULTS}/datasets/{{slice}}/train.npy",
        test=f"{RESULTS}/datasets/{{slice}}/test.npy",
    output:
        f"{RESULTS}/datasets/{{slice}}/{{noise}}/seed-{{seed}}/train.npy",
        f"{RESULTS}/datasets/{{slice}}/{{noise}}/seed-{{seed}}/test.npy",
    log:
        f"{RESULTS}/logs/add_noise/{{slice}}/{{noise}}/seed-{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/add_noise/{{slice}}/{{noise}}/seed-{{seed}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=of_data_needs("memory"),
        runtime=of_data_needs("minutes"),
        disk_mb=of_data_needs("disk"),
    params:
        code=lambda wildcards: CODE.noise(NOISES[wildcards.noise]),
        noise=lambda wildcards: json.dumps(NOISES[wildcards.noise]),
        clean=lambda wildcards: f"{RESULTS}/datasets/{wildcards.slice}",
        folder=f"{RESULTS}/datasets/{{slice}}/{{noise}}/seed-{{seed}}",
    shell:
        'python "$LAB/add_noise.py" --clean {params.clean:q} --noise {params.noise:q}'
        " --seed {wildcards.seed} --output {params.folder:q} > {log:q} 2>&1"


rule store_formats:
    input:
        f"{RESULTS}/datasets/{{slice}}/test.npy",
    output:
        f"{RESULTS}/datasets/{{slice}}/formats.csv",
    log:
        f"{RESULTS}/logs/store_formats/{{slice}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/store_formats/{{slice}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=of_data_needs("memory"),
        runtime=of_data_needs("minutes"),
        disk_mb=of_data_needs("disk"),
    params:
        code=CODE.program("store_formats.py"),
        clean=lambda wildcards: f"{RESULTS}/datasets/{wildcards.slice}",
    shell:
        'python "$LAB/store_formats.py" --clean {params.clean:q} --output {output:q} > {log:q} 2>&1'
