import pandas as pd
import pytest

from denoising.report.figure_data import compact, tables, validation_losses


def points(rows, run=""):
    table = pd.DataFrame(rows, columns=["panel", "series", "x", "y"])
    return table.assign(run=run)


CURVE = [("Loss", "mean, run 1", epoch, epoch / 100) for epoch in range(1, 51)]
CURVES = pd.concat([points(CURVE), points(CURVE, run="1"), points(CURVE, run="2")])
CLOUD = points([("Law", "A", 0.1, 0.3), ("Law", "A", 0.2, 0.5), ("Law", "B", 0.4, 0.7)])


def test_all_data_compactly():
    assert compact(CLOUD) == [["Law", [["A", [0.1, 0.2], [0.3, 0.5]], ["B", [0.4], [0.7]]]]]
    assert compact(points([("a", "b", 1, float("nan"))])) == [["a", [["b", [1.0], [None]]]]]


def test_curves_are_looked_at_at_eleven_x_and_by_their_mean():
    """What is repeated is marked, whatever its title ends in."""
    [table] = tables(CURVES)
    assert table["panel"] == "Loss"
    assert table["columns"] == ["x", "mean, run 1"]
    assert [row[0] for row in table["rows"]] == [1, 6, 11, 16, 21, 25, 30, 35, 40, 45, 50]
    assert table["rows"][-1] == [50, 0.5]


def test_repeated_curves_keep_their_numbers():
    [[_, series]] = compact(CURVES)
    assert [one[3:] for one in series] == [[], ["1"], ["2"]]


def test_repeated_curves_alone_are_shown():
    [table] = tables(points(CURVE, run="1"))
    assert table["columns"] == ["x", "mean, run 1"]


def test_what_is_left_out_is_counted():
    rows = [("Loss", f"curve {n}", x, x) for n in range(14) for x in range(3)]
    [table] = tables(points(rows))
    assert table["columns"] == ["x", *(f"curve {n}" for n in range(12))]
    assert table["hidden"] == 2


def test_y_is_left_out_where_it_is_a_row():
    dots = points([("Ten", "A", 0.1, 0), ("Ten", "A", 0.3, 0), ("Ten", "B", 0.2, 1)])
    [table] = tables(dots)
    assert table["columns"] == ["series", "points", "x_min", "x_max"]
    assert table["rows"] == [["A", 2, 0.1, 0.3], ["B", 1, 0.2, 0.2]]


def test_a_cloud_is_told_by_its_ranges():
    [table] = tables(CLOUD)
    assert table["rows"] == [["A", 2, 0.1, 0.2, 0.3, 0.5], ["B", 1, 0.4, 0.4, 0.7, 0.7]]


def test_many_panels_have_no_table():
    assert tables(points([(f"panel {n}", "a", 1, 1) for n in range(20)])) == []


@pytest.mark.parametrize(
    ("column", "known"),
    [("0.3\n0.2\n", [0.3, 0.2]), ("0.3\n0.2\nnan\nnan\n", [0.3, 0.2]), ("nan\n", [])],
)
def test_losses_end_with_the_last_number(tmp_path, column, known):
    (tmp_path / "history.csv").write_text("val_loss\n" + column)
    assert list(validation_losses(tmp_path)) == known


def test_what_was_not_trained_has_no_losses(tmp_path):
    assert validation_losses(tmp_path).empty
    assert validation_losses(None).empty
