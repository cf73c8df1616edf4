# SPDX-License-Identifier: Apache-2.0
"""The rule pack in use: which one, where it is from, how sure it is of what it says, and where its sources disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from koodesk.backend.views.rules import RulesRow
from koodesk.domain.rule_pack import Confidence, RulePack
from koodesk.domain.rule_pack_summary import PackSummary, Statement
from koodesk.ui.i18n import tr
from koodesk.ui.pages import rule_pack_words as words
from koodesk.ui.pages.rule_pack_notes import note_words
from koodesk.ui.widgets.basics import Card, Chip, Figure, label
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LISTED = 10
WIDTHS = (130, 180, 84, 104, 148)
"""Of all columns of the conflicts but the last, which is the one to be read; the selected row is written out in whole."""


@dataclass(frozen=True, slots=True)
class InUse:
    """What the page shows of the pack in use."""

    row: RulesRow
    summary: PackSummary
    pack: RulePack


class InUseCard(Card):
    """Name, date and origin in the head, then how many rules of each confidence."""

    def __init__(self) -> None:
        super().__init__(tr("正在使用"))
        self.origin = Chip()
        self.origin.hide()
        self.name = label("", "figure", selectable=True)
        self.counts = label("", "second", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.name)
        line.addWidget(self.origin)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self.counts)
        self.confidences = QWidget()
        grid = QGridLayout(self.confidences)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        said = words.confidence_words()
        self.figures = {one: Figure(said[one.value], note=note) for one, note in _meanings().items()}
        for place, figure in enumerate(self.figures.values()):
            figure.setProperty("panel", "figure")
            grid.addWidget(figure, 0, place)
            grid.setColumnStretch(place, 1)
        self.body.addWidget(self.confidences)
        self.passed_over = label("", "warning", wrap=True)
        self.passed_over.hide()
        self.body.addWidget(self.passed_over)

    def show_pack(self, found: InUse, wrong: str) -> None:
        """Show the pack; `wrong` says why an installed one is passed over, empty where there is nothing to say."""
        row = found.row
        ours = row.date == row.shipped if row.waits_for_start else not row.installed
        self.name.setText(f"{row.id}  {row.date}")
        self.origin.show_state(
            tr("随 Koodesk 提供") if ours else tr("自行启用"), "neutral" if ours else "accent", "shield-check"
        )
        self.origin.show()
        self.counts.setText(
            tr(
                "{layouts} 种版式、{events} 种点击事件，共 {count} 条注明出处的规则。",
                layouts=found.summary.layouts,
                events=found.summary.events,
                count=found.summary.statements,
            )
        )
        for one, figure in self.figures.items():
            figure.show_value(f"{found.summary.counts[one]:,}")
        self.passed_over.setText(wrong)
        self.passed_over.setVisible(bool(wrong))

    def be_short(self, short: bool) -> None:
        """Leave out how sure the pack is: another one is looked at now."""
        self.confidences.setVisible(not short)


def _meanings() -> dict[Confidence, str]:
    return {
        Confidence.STATED: tr("官方资料直接给出"),
        Confidence.PARTIAL: tr("资料较旧，或由别处推出"),
        Confidence.CONFLICT: tr("取较稳妥的，并列在下面"),
        Confidence.UNKNOWN: tr("不猜数值，检查时如实说明"),
    }


class ConflictsCard(Card):
    """Every rule whose sources disagree: the value that is used with its source, and what the others say."""

    def __init__(self) -> None:
        super().__init__(tr("来源不一致的规则"))
        self._pack: RulePack | None = None
        explanation = tr(
            "官方资料在这些地方互相矛盾。Koodesk 按“采用”的值检查并给出警告，不替您判断哪一份对。"
        )
        self.body.addWidget(label(explanation, "second", wrap=True))
        empty = EmptyState(
            "shield-check", tr("没有互相矛盾的来源"), tr("这个规则包里，每条规则的来源说法一致。")
        )
        self.listing = Listing(
            (
                Column(tr("对象"), lambda s: self._place(s).subject, WIDTHS[0]),
                Column(tr("规则"), lambda s: self._place(s).rule, WIDTHS[1]),
                Column(tr("厂商"), lambda s: self._place(s).vendor, WIDTHS[2]),
                Column(tr("采用"), self._value, WIDTHS[3]),
                Column(tr("采用的来源"), lambda s: words.source_words(s.source), WIDTHS[4]),
                Column(tr("其他来源怎么说"), self._others, tip=self._others),
            ),
            empty,
            key=lambda s: s.where,
        )
        self.listing.table.setAccessibleName(tr("来源不一致的规则"))
        self.body.addWidget(self.listing)
        self.whole = label("", "second", wrap=True, selectable=True)
        self.whole.hide()
        self.body.addWidget(self.whole)
        self.listing.table.selectionModel().selectionChanged.connect(lambda *_: self._write_out())

    def show_conflicts(self, found: InUse) -> None:
        """List the conflicts of a pack."""
        self._pack = found.pack
        self.listing.show_rows(found.summary.conflicts)
        for number, width in enumerate(WIDTHS):
            self.listing.table.setColumnWidth(number, width)
        self.listing.fit_rows(LISTED)

    def _write_out(self) -> None:
        """Show the selected rule in whole: its cells may be elided."""
        one: Statement | None = self.listing.table.current()
        self.whole.setVisible(one is not None)
        if one is None:
            return
        place = self._place(one)
        where = " · ".join(filter(None, (place.subject, place.rule, place.vendor)))
        used = f"{self._value(one)} ({words.source_words(one.source)}, {one.date})"
        self.whole.setText(f"{where}\n{tr('采用')}: {used}\n{tr('其他来源怎么说')}: {self._others(one)}")

    def _place(self, one: Statement) -> words.Place:
        return words.place(one.where, self._known)

    def _value(self, one: Statement) -> str:
        return words.value(f"{one.where}/value", one.value, self._known)

    @staticmethod
    def _others(one: Any) -> str:
        return note_words(one.note) if one.note else tr("规则包没有记下另一份来源")

    @property
    def _known(self) -> RulePack:
        assert self._pack is not None  # there are no rows before there is a pack
        return self._pack
