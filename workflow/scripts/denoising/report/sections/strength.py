"""What the statistics are worth: how often intervals hold, which differences are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

COVERAGE = (
    Column("experiment", "title"),
    Column("seeds", digits=0, head="of_seeds"),
    Column("median", "share", digits=1, strong=True),
    Column("share", "share", digits=1, head="of_share", strong=True),
    Column("difference", "share", digits=1, head="median_difference", strong=True),
    Column("mean_bca", "share", digits=1),
    Column("mean_t", "share", digits=1),
    Column("mean_flips", "share", digits=1),
)
POWER = (
    Column("experiment", "title"),
    Column("single"),
    *(
        Column(f"of-{seeds}-{pairs}", head=f"shown_{seeds}_{pairs}")
        for seeds in (10, 30)
        for pairs in (1, 3)
    ),
)


def content(results: Results) -> list[Any]:
    """Return both tables; nothing where no experiment of the write-up has runs enough."""
    from denoising.files import records

    if not results.writeup or results.preview or not results.has("coverage"):
        return []
    coverage, power = results.read("coverage"), results.read("power")
    if coverage.empty:
        return []
    t = results.texts
    rows = []
    for name, own in power.groupby("experiment", sort=False):
        row = {"experiment": name}
        for one in own.itertuples():
            at = "single" if one.seeds == 1 else f"of-{one.seeds}-{one.pairs}"
            row[at] = one.difference
        rows.append(row)
    return [
        Text(t("strength.text")),
        Listing("coverage", t("strength.coverage"), COVERAGE, records(coverage), "coverage"),
        Text(t("strength.power_text")),
        Listing("power", t("strength.power"), POWER, rows, "power"),
    ]


SECTION = Section(
    "strength",
    content,
    order=105,
    words={
        "en": {
            "heading": "What the statistics are worth",
            "text": (
                "Errors of such runs fall into groups by the number of dead positions, and in"
                " some experiments one run of ten can decide the mean. So each kind of interval is"
                " tried on simulated runs: k drawn as it was observed, e₀ normal about its median,"
                " the error by the law. Shown is how often an interval of nominal 95 % holds the"
                " true value, of 2,000 simulated studies (± 1 %). The first three columns are what"
                " this page uses; the others were used before, or are in common use."
            ),
            "coverage": "How often intervals of nominal 95 % hold the true value, by simulation.",
            "power_text": (
                "A difference that is not shown need not be absent. If all errors of an experiment"
                " were shifted, which shift would so many seeds show, with a probability of 80 %?"
                " In the family of three pairs Holm's correction asks more. Two single runs of the"
                " same experiment differ by more than the first number in one case of twenty:"
                " nearer than that no single run, ours or the write-up's, says anything."
            ),
            "power": "Differences that two single runs, ten and thirty seeds can tell from luck.",
            "columns": {
                "of_seeds": "Seeds",
                "median": "Median",
                "of_share": "Share of runs",
                "mean_bca": "Mean, BCa",
                "mean_t": "Mean, Student",
                "mean_flips": "Mean difference, sign flips",
                "single": "Two single runs",
                "shown_10_1": "10 seeds",
                "shown_10_3": "10 seeds, 3 pairs",
                "shown_30_1": "30 seeds",
                "shown_30_3": "30 seeds, 3 pairs",
            },
        },
        "zh": {
            "heading": "这些统计有多可靠",
            "text": (
                "这类训练的误差按失活位置的个数分成几群，在有些实验中，"
                "十次训练里的一次就足以左右平均值。"
                "因此用模拟的训练来检验每种区间：k 按观察到的比例抽取，"
                "e₀ 围绕其中位数取正态分布，误差由规律得出。"
                "表中是 2,000 次模拟研究中标称 95 % 区间的实际覆盖率（± 1 %）。"
                "前三列为本页所用，其余为从前用过或通行的做法。"
            ),
            "coverage": "标称 95 % 区间的实际覆盖率（模拟）。",
            "power_text": (
                "差别不显著，不等于没有差别。若把一个实验的全部误差平移，"
                "平移多少，这么多个种子才能以 80 % 的概率检出？三对一组时，Holm 校正的要求更高。"
                "同一实验的任意两次训练，二十次里有一次相差会超过第一列的数；"
                "比这更小的差别，单凭一次训练（无论本次的还是原报告的）都说明不了什么。"
            ),
            "power": "两次单独训练、十个种子和三十个种子所能检出的差别。",
            "columns": {
                "of_seeds": "种子数",
                "median": "中位数",
                "of_share": "训练占比",
                "mean_bca": "平均，BCa",
                "mean_t": "平均，Student t",
                "mean_flips": "平均差，符号翻转",
                "single": "两次单独训练",
                "shown_10_1": "10 个种子",
                "shown_10_3": "10 个种子，3 对",
                "shown_30_1": "30 个种子",
                "shown_30_3": "30 个种子，3 对",
            },
        },
    },
)
