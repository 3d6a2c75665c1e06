"""How a run can end: what the page calls it, and whether averages are taken over it."""

from typing import NamedTuple


class Status(NamedTuple):
    """One way to end.

    Attributes
    ----------
    word, said : dict
        Language → how a table names it, and how a sentence says it of runs.
    averaged : bool
        Whether such a run's numbers are in averages, comparisons and verdicts. Of the others the
        page tells how many there are.
    """

    word: dict[str, str]
    said: dict[str, str]
    averaged: bool = False


COMPLETED, DIVERGED, DEAD = "completed", "diverged", "dead"
UNCHANGED, NOT_BETTER = "unchanged", "not-better"
STATUSES = {
    COMPLETED: Status(
        {"en": "completed", "zh": "完成"}, {"en": "completed", "zh": "完成"}, averaged=True
    ),
    DIVERGED: Status({"en": "diverged", "zh": "发散"}, {"en": "diverged", "zh": "发散"}),
    DEAD: Status(
        {"en": "dead", "zh": "失活"}, {"en": "ended black (dead)", "zh": "输出全黑（失活）"}
    ),
    # a training that ended badly otherwise has a number like any other
    UNCHANGED: Status(
        {"en": "unchanged", "zh": "权重未变"},
        {"en": "changed no weight", "zh": "没有改变任何权重"},
        averaged=True,
    ),
    NOT_BETTER: Status(
        {"en": "no better than its input or black", "zh": "不优于输入或全黑"},
        {
            "en": "ended no better than the noisy input or a black image",
            "zh": "最终不优于加噪输入或全黑图像",
        },
        averaged=True,
    ),
}
AVERAGED = [name for name, status in STATUSES.items() if status.averaged]
LEFT_OUT = [name for name, status in STATUSES.items() if not status.averaged]
