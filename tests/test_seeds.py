import numpy as np

from denoising.seeds import STREAMS, generator, integer, seed_of


def test_streams_are_reproducible_and_differ():
    draws = {name: generator(7, name).random() for name in STREAMS}
    assert draws == {name: generator(7, name).random() for name in STREAMS}
    assert len(set(draws.values())) == len(STREAMS)


def test_keys_and_seeds_give_other_streams():
    draws = {generator(seed, "order", key).random() for seed in range(3) for key in range(3)}
    assert len(draws) == 9


def test_a_stream_is_numpys_with_its_spawn_key():
    expected = np.random.default_rng(np.random.SeedSequence(5, spawn_key=(3, 11))).random()
    assert generator(5, "order", 11).random() == expected


def test_integer_fits_into_32_bits():
    seeds = [integer(seed, "weights") for seed in range(50)]
    assert all(0 <= value < 2**32 for value in seeds)
    assert len(set(seeds)) == 50


def test_a_source_of_chance_follows_the_run_unless_it_is_fixed():
    run = {"seed": 3, "fixed_seeds": {"noise": 0}}
    assert (seed_of(run, "noise"), seed_of(run, "order"), seed_of({"seed": 3}, "noise")) == (
        0,
        3,
        3,
    )
