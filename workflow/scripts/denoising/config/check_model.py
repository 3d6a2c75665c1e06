"""What can be wrong with a whole model and its training, each part of which is sound."""

from collections.abc import Iterator, Mapping
from math import prod

from denoising.config.read import Config
from denoising.config.schema import Problem
from denoising.model.shapes import IMAGE, Node, Shape, graph_shapes, nodes, weights

JOB_MEMORY_MB = 2000  # of a training or an evaluation (`mem_mb` of their rules)
BYTES = 4  # of a 32-bit float
MEASURED_BATCH = 500  # images
COPIES = 4  # of each weight: itself, its gradient, two moments of the optimizer
OF_CHANNELS = (
    "softmax",
    "log_softmax",
    "sparsemax",
    "LayerNormalization",
)  # compare channels with each other
NOT_NEGATIVE = (
    "exponential", "hard_sigmoid", "relu", "relu6", "sigmoid", "softmax", "softplus",
    "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus",
)  # fmt: skip
# Pass on the values of their input, in another place.
MOVING = ("Cropping2D", "Flatten", "MaxPooling2D", "Reshape", "UpSampling2D", "ZeroPadding2D")
ACTIVATED = ("Activation", "Conv2D", "Conv2DTranspose", "Dense")
CHANNELS = (-1, 3)


def model_problems(settings: Config) -> Iterator[Problem]:
    """Find what keeps a model from learning, or from fitting into memory.

    Parameters
    ----------
    settings : dict
        A resolved experiment whose method is trained; its shapes fit.

    Yields
    ------
    Problem
        Its path is that in an experiment: ``("architecture",)``, ``("loss", "name")``, …
    """
    architecture = settings["architecture"]
    graph = nodes(architecture)
    shapes = graph_shapes(architecture, tuple(architecture["input_shape"]))
    counts = [weights(one.layer, [shapes[name] for name in one.inputs]) for one in graph]
    for node in graph:
        kind, function = node.layer["layer"], node.layer.get("activation")
        compares = "LayerNormalization" if kind == "LayerNormalization" else function
        if compares in OF_CHANNELS and shapes[node.name][-1] == 1:
            text = f"'{node.name}' has {compares} over one channel, the same for every image"
            yield ("architecture",), text
    if not any(counts):
        text = f"'{architecture['name']}' has no weights: there is nothing to train"
        yield ("architecture",), text
    yield from _loss_problems(settings["loss"], graph, shapes)
    yield from _memory_problems(settings, sum(counts), shapes)


def _loss_problems(
    loss: Config, graph: list[Node], shapes: Mapping[str, Shape]
) -> Iterator[Problem]:
    output = graph[-1]
    axis = loss.get("axis", -1)
    if loss["name"] == "cosine_similarity" and shapes[output.name][-1] == 1 and axis in CHANNELS:
        text = "compares the channels of a pixel, and there is one: it has no gradient"
        yield ("loss", "name"), f"{text}; `axis: [1, 2, 3]` compares whole images"
    if loss["name"] == "poisson":
        found = _last_activation(graph)
        if found and found not in NOT_NEGATIVE:
            text = f"takes the logarithm of the output, which can be negative ({found})"
            yield ("loss", "name"), f"{text}; `output: {{activation: softplus}}` cannot"


def _last_activation(graph: list[Node]) -> str | None:
    """Name the function that the output's values come from; None where that is not one alone."""
    by_name = {node.name: node for node in graph}
    node: Node | None = graph[-1]
    while node and node.layer["layer"] in MOVING:
        node = by_name.get(node.inputs[0])
    if node and node.layer["layer"] in ACTIVATED:
        return node.layer.get("activation") or "linear"
    return None


def _memory_problems(
    settings: Config, count: int, shapes: Mapping[str, Shape]
) -> Iterator[Problem]:
    """Compare the least that a training and an evaluation hold with what a job has."""
    data, name = settings["data"], settings["architecture"]["name"]
    batch = min(settings["training"]["batch_size"], data["train"])
    measured = min(MEASURED_BATCH, data["test"])
    others = data["test"] if data["validation"] == "test" else data["validation"]
    outputs = sum(map(prod, shapes.values()))
    largest, image = max(map(prod, shapes.values())), prod(shapes[IMAGE])
    for key, numbers, what in (
        (("architecture",), COPIES * count, f"{count} weights of '{name}' and their gradients"),
        (("training", "batch_size"), batch * outputs, f"what the layers make of {batch} images"),
        (
            ("architecture",),
            measured * largest,
            f"what a layer of '{name}' makes of {measured} images",
        ),
        (("data", "train"), 2 * (data["train"] + others) * image, "the images, clean and noisy"),
    ):
        if (megabytes := numbers * BYTES // 1_000_000) > JOB_MEMORY_MB:
            yield key, f"needs {megabytes} MB for {what}: a job has {JOB_MEMORY_MB} MB"
