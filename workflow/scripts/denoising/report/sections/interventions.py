"""Positions silenced and revived in trained networks: does the error follow?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.declare import Table
from denoising.report.section import Column, Listing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

COLUMNS = (
    Column("experiment", "title"),
    Column("runs", digits=0),
    Column("held", "of", total="changed", digits=0),
    Column("dead_untouched", digits=1),
    Column("dead", digits=1),
    Column("moved", digits=4, sign=True, strong=True),
    Column("predicted", head="moved_predicted", digits=4, sign=True),
    Column("residual", head="left_over", digits=4, sign=True),
    Column("largest", digits=4),
    Column("follows", "of", total="runs", digits=0),
)


def content(results: Results) -> list[Any]:
    """Return what came of the changes; nothing where no network was changed."""
    from denoising.evidence.interventions import summary
    from denoising.files import records

    if results.preview or not results.has("interventions"):
        return []
    rows = records(summary(results.read("interventions")))
    if not rows:
        return []
    t = results.texts
    return [
        Text(t("interventions.text")),
        Listing("interventions", t("interventions.table"), COLUMNS, rows, "interventions"),
    ]


SECTION = Section(
    "interventions",
    content,
    order=53,
    tables=(
        Table(
            "interventions",
            "denoising.evidence.interventions:interventions",
            ("runs",),
            ("interventions",),
            of="interventions",
        ),
    ),
    words={
        "en": {
            "heading": "Positions silenced and revived",
            "text": (
                "That errors go with dead positions does not show that these make them. So"
                " positions of trained networks were silenced, or dead ones revived, by setting"
                " their weights in the last layer alone; then everything was trained on, beside the"
                " same network with nothing changed. The law says what the error should then be,"
                " from that of the unchanged network and the positions that ended dead."
            ),
            "table": (
                "Changed networks: positions that stayed as they were set, of all that were set;"
                " mean numbers of dead positions without and with the change; by how much the error"
                " moved (median), and by how much the law says; what is left; and in how many runs"
                " it moved the way that the law says."
            ),
            "columns": {
                "held": "Stayed so",
                "dead_untouched": "Dead without",
                "moved": "Moved",
                "moved_predicted": "By the law",
                "left_over": "Left over",
                "largest": "Largest",
                "follows": "Same way",
            },
        },
        "zh": {
            "heading": "关闭与复活位置",
            "text": (
                "误差与失活位置同进退，并不说明误差由它们造成。因此，这里只改动末层的相应权重，"
                "把已训练网络的若干位置关闭，或使失活的位置复活，然后继续训练整个网络，"
                "并与未改动的同一网络对照。"
                "按规律，由未改动网络的误差和最终失活的位置，可以算出误差应为多少。"
            ),
            "table": (
                "改动过的网络：改动过的位置中，改动得以保持的个数；"
                "未改动与改动后失活位置的平均个数；误差的变化（中位数）与规律给出的变化；"
                "二者之差；以及变化方向与规律一致的训练次数。"
            ),
            "columns": {
                "held": "改动得以保持",
                "dead_untouched": "未改动时失活",
                "moved": "变化",
                "moved_predicted": "按规律",
                "left_over": "二者之差",
                "largest": "最大差",
                "follows": "方向一致",
            },
        },
    },
)
