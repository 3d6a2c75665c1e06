"""The law of dead positions beside other forms, and where its bias comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

FORMS = (
    Column("form", "word", words="forms.names."),
    Column("parameters", digits=0, head="fitted"),
    Column("r2"),
    Column("bias", digits=4, sign=True, strong=True),
    Column("residual", digits=4, head="rms"),
    Column("left_out", digits=4, strong=True),
    Column("black", "interval", digits=2, ends=("black_least", "black_most")),
)
CORRECTIONS = (
    Column("experiment", "title"),
    Column("live_error"),
    Column("root_mean_square"),
    Column("weighting"),
    Column("sd", head="image_sd"),
)


def content(results: Results) -> list[Any]:
    """Return both tables; nothing where no run of the write-up has a lattice."""
    from denoising.files import records

    if not results.writeup or results.preview or not results.has("law_forms"):
        return []
    forms, corrections = results.read("law_forms"), results.read("law_corrections")
    if forms.empty:
        return []
    t = results.texts
    return [
        Text(t("forms.text")),
        Listing("forms", t("forms.table"), FORMS, records(forms), "law_forms"),
        Text(t("forms.bias_text")),
        Listing(
            "corrections", t("forms.bias"), CORRECTIONS, records(corrections), "law_corrections"
        ),
    ]


SECTION = Section(
    "forms",
    content,
    order=51,
    words={
        "en": {
            "heading": "The law beside other forms",
            "text": (
                "A straight line in k for each experiment explains as much of these runs as the"
                " law. What tells them apart: a run that the fit did not see, and the end. A run"
                " all of whose positions are dead is black and has the error 1; the law ends there"
                " without being told, a line anywhere. Squares: a line in error², the law without"
                " its end."
            ),
            "table": (
                "Forms of the error as a function of k, within the write-up's experiments: numbers"
                " fitted in each, R², median of measured − predicted, root of the mean square of"
                " that, the same of each run when the others alone are fitted, and the error of a"
                " black run."
            ),
            "bias_text": (
                "The law's errors are a little too small. e₀ is a root of sums over images, to"
                " which bright images give more; the reported number is a plain mean of roots."
                " Faint images have the larger errors, so that the plain mean square Q² lies above"
                " e₀²; the mean of the roots then lies below Q by the spread between images. With"
                " both, mean² = k/n + (1 − k/n) · Q² − variance, and nothing is left of the bias."
                " Q and the variance come from means and standard deviations over images, not from"
                " fitting errors."
            ),
            "bias": (
                "The two parts of the law's bias: e₀, root of the mean square Q of live positions"
                " over images, Q²/e₀², and the SD of images without dead positions."
            ),
            "names": {
                "law": "the law, e₀",
                "corrected": "the law, corrected",
                "line": "line in k",
                "squares": "line of error² in k",
            },
            "columns": {
                "form": "Form",
                "fitted": "Fitted",
                "bias": "Median residual",
                "rms": "RMS residual",
                "left_out": "RMS, left out",
                "black": "Black run",
                "root_mean_square": "Q",
                "weighting": "Q²/e₀²",
            },
        },
        "zh": {
            "heading": "规律与其他形式",
            "text": (
                "若每个实验各拟合一条关于 k 的直线，对这些训练的解释不亚于规律。"
                "区别在于拟合时没有见过的训练，"
                "以及终点：位置全部失活的训练输出全黑，误差为 1；规律无须拟合就落在这一点上，"
                "直线则可能落在任何地方。"
                "“误差² 关于 k 的直线”就是去掉终点的规律。"
            ),
            "table": (
                "误差随 k 变化的各种形式，在原报告的各实验之内比较："
                "每个实验拟合的参数个数、R²、"
                "残差（实测减预测）的中位数和均方根、逐一留出一次训练时的均方根，"
                "以及全黑训练的误差。"
            ),
            "bias_text": (
                "规律给出的误差总是略小。e₀ 是对各图像求和之后再开方，亮的图像所占比重更大；"
                "报告的数字则是先对各图像开方、再取简单平均。暗的图像误差较大，"
                "因此简单的均方 Q² 大于 e₀²；"
                "而方根的平均又因图像之间的差异低于 Q。两者都计入后，"
                "平均² = k/n + (1 − k/n) · Q² − 方差，"
                "偏差便不复存在。Q 和方差来自图像的平均与标准差，不是用误差拟合出来的。"
            ),
            "bias": (
                "规律偏差的两个来源：e₀，存活位置在图像上的均方根 Q，Q²/e₀²，"
                "以及没有失活位置时图像的标准差。"
            ),
            "names": {
                "law": "规律，e₀",
                "corrected": "规律，已校正",
                "line": "关于 k 的直线",
                "squares": "误差² 关于 k 的直线",
            },
            "columns": {
                "form": "形式",
                "fitted": "拟合参数个数",
                "bias": "残差中位数",
                "rms": "残差均方根",
                "left_out": "留出时的均方根",
                "black": "全黑训练",
                "root_mean_square": "Q",
                "weighting": "Q²/e₀²",
            },
        },
    },
)
