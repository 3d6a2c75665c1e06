"""What was predicted of fresh runs before they were made, held against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def _name(row: Mapping[str, Any], page: Any) -> Any:
    name = row["experiment"]
    titles = page.results.titles
    return titles[name] if name in titles else page.texts("confirm.all")


def _verdict(row: Mapping[str, Any], page: Any) -> Any:
    return page.texts("confirm.held" if row["confirmed"] else "confirm.refuted")


CONFIRMED = (
    Column("experiment", "text", write=_name),
    Column("inside", "of", total="runs", digits=0, strong=True),
    Column("interval", "interval", digits=2),
    Column("verdict", "text", write=_verdict),
    Column("residual", digits=4, sign=True, head="bias"),
    Column("largest", head="residual"),
    Column("dead_mean"),
    Column("dead_predicted"),
    Column("brier"),
    Column("brier_base"),
    Column("nearer", "share", digits=0),
    Column("p", "p", head="p_holm"),
)
FORETOLD = (
    Column("experiment", "title"),
    Column("fitted_on", digits=0),
    Column("runs", digits=0),
    Column("auc", digits=2, strong=True),
    Column("brier"),
    Column("brier_base"),
    Column("nearer", "share", digits=0),
    Column("p", "p", head="p_holm"),
)


def content(results: Results) -> list[Any]:
    """Return both tables with the date of the criteria; nothing before a fresh run is there."""
    from denoising.files import records

    if results.preview or not results.has("confirmed"):
        return []
    table = results.read("confirmed")
    if table.empty:
        return []
    t = results.texts
    date = results.plan["criteria_date"]
    found: list[Any] = [
        Text(t("confirm.text", date=date)),
        Listing("confirmed", t("confirm.table"), CONFIRMED, records(table), "confirmed"),
    ]
    foretold = results.read("foretold")
    if len(foretold):
        found += [
            Text(t("confirm.weights_text")),
            Listing("foretold", t("confirm.weights"), FORETOLD, records(foretold), "foretold"),
        ]
    return found


SECTION = Section(
    "confirm",
    content,
    order=52,
    words={
        "en": {
            "heading": "The law on fresh seeds",
            "text": (
                "What is predicted of these runs was written down on {date}, from the old seeds"
                " alone, and committed before the first of them was made (docs/criteria-2026-11.md,"
                " config/criteria.yaml): an interval for the error given the number k of dead"
                " positions, and the probability that a position ends dead given whether it is"
                " dead after the first epoch. Refuted is what lies wholly below its nominal 95 %."
            ),
            "table": (
                "Runs inside their interval, with the exact 95 % interval of that share; residuals"
                " of the law; numbers of dead positions, found and predicted; mean Brier score"
                " given the first epoch and by the base rate, the share of runs in which the first"
                " is the better one, and p of that (sign test)."
            ),
            "weights_text": (
                "From the initial weights alone: a rule fitted on the old seeds, its form fixed on"
                " the same day, tried on the fresh ones."
            ),
            "weights": (
                "Which positions end dead, foretold from the initial weights: area under the curve"
                " (0.5: a coin), Brier score of the rule and of the base rate."
            ),
            "all": "All",
            "held": "not refuted",
            "refuted": "refuted",
            "columns": {
                "inside": "Inside",
                "dead_predicted": "Predicted k",
                "brier": "Brier",
                "brier_base": "Base rate",
                "nearer": "Better in",
                "fitted_on": "Fitted on",
                "auc": "Area",
            },
        },
        "zh": {
            "heading": "用新种子检验规律",
            "text": (
                "对这些训练的预测只依据旧种子，写定于 {date}，在其中第一次训练之前即已提交"
                "（docs/criteria-2026-11.md，config/criteria.yaml）："
                "给定失活位置个数 k 时误差的区间，"
                "以及给定一个位置在第一轮后是否失活时，它最终失活的概率。"
                "占比的区间若完全低于标称的 95 %，即为被否定。"
            ),
            "table": (
                "落在区间之内的训练，及其占比的精确 95 % 区间；规律的残差；失活位置个数，"
                "实测与预测；"
                "依据第一轮和依据基础比率的平均 Brier 得分，前者更好的训练占比，"
                "及其 p（符号检验）。"
            ),
            "weights_text": (
                "只凭初始权重：规则的形式写定于同一天，在旧种子上拟合，用新种子检验。"
            ),
            "weights": (
                "由初始权重预测哪些位置最终失活：曲线下面积（0.5：与抛硬币无异），"
                "规则和基础比率的 Brier 得分。"
            ),
            "all": "全部",
            "held": "未被否定",
            "refuted": "被否定",
            "columns": {
                "inside": "区间之内",
                "dead_predicted": "预测的 k",
                "brier": "Brier",
                "brier_base": "基础比率",
                "nearer": "更好的占比",
                "fitted_on": "拟合所用",
                "auc": "面积",
            },
        },
    },
)
