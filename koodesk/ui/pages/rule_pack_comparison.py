# SPDX-License-Identifier: Apache-2.0
"""Another rule pack beside the one in use: the values that change, the cards that are judged otherwise, and the decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from koodesk import messages
from koodesk.backend.views.rules import PackComparison
from koodesk.domain.problem import Severity
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_diff import Change, Kind
from koodesk.editor.words import about, list_of, named
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.pages import rule_pack_words as words
from koodesk.ui.pages.rule_pack_effects import CardRow, Finding, rows
from koodesk.ui.widgets.basics import Card, Chip, button, label, row
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import choice
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LISTED: Final = 10
CARDS_LISTED: Final = 6
TOLD: Final = 12
"""Problems of one card that are written out a heading; the editor has all of them."""
_KINDS: Final = {Kind.ADDED: "success", Kind.REMOVED: "danger", Kind.CHANGED: ""}
_CHIPS: Final = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.NOTE: "neutral"}


class ComparisonCard(QWidget):
    """Decision on top, then rules, then cards. `taken` says to take the pack into use, `dropped` to leave it."""

    taken = Signal()
    dropped = Signal()
    card_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._pack: RulePack | None = None
        self._found: PackComparison | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self._decision(), self._rules(), self._cards()):
            column.addWidget(part)

    # --- parts ------------------------------------------------------------------------------------------------

    def _decision(self) -> Card:
        card = Card()
        self.heading = label("", "heading", wrap=True)
        self.said = label("", "second", wrap=True)
        self.older = label("", "warning", wrap=True)
        self.take = button("", self.taken.emit, kind="primary", name="rule-pack-take")
        self.drop = button(tr("取消"), self.dropped.emit, name="rule-pack-drop")
        text = QVBoxLayout()
        text.setSpacing(4)
        for part in (self.heading, self.said, self.older):
            text.addWidget(part)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addLayout(text, 1)
        line.addWidget(self.drop)
        line.addWidget(self.take)
        card.body.addLayout(line)
        return card

    def _rules(self) -> Card:
        self.rules_card = card = Card(tr("规则的变化"))
        self.which = choice([(tr("全部"), "all")], self._list_changes)
        self.which.setAccessibleName(tr("显示哪些变化"))
        self.which.setMinimumWidth(220)
        card.head.addWidget(self.which)
        empty = EmptyState("shield-check", tr("这一类没有变化"), tr("换一类看看。"))
        self.changes = Listing(
            (
                Column(tr("变化"), lambda c: _kind_words()[c.kind], 92, lambda c: _KINDS[c.kind]),
                Column(tr("对象"), lambda c: self._place(c).subject, 160),
                Column(tr("规则"), lambda c: self._place(c).rule),
                Column(tr("厂商"), lambda c: self._place(c).vendor, 96),
                Column(tr("现在"), lambda c: words.value(c.where, c.old, self._known), 150),
                Column(tr("启用后"), lambda c: words.value(c.where, c.new, self._known), 150),
            ),
            empty,
            key=lambda c: c.where,
        )
        self.changes.table.setAccessibleName(tr("规则的变化"))
        card.body.addWidget(self.changes)
        return card

    def _cards(self) -> Card:
        self.cards_card = card = Card(tr("受影响的模板"))
        self.cards_said = label("", "second", wrap=True)
        card.body.addWidget(self.cards_said)
        columns = (
            Column(tr("模板"), lambda r: r.card.name),
            Column(tr("版式"), self._layout_name, 150),
            Column(tr("新错误"), lambda r: _count(r.errors), 96, lambda r: "danger" if r.errors else ""),
            Column(tr("新警告"), lambda r: _count(r.warnings), 96, lambda r: "warning" if r.warnings else ""),
            Column(tr("不再有"), lambda r: _count(_spread(r.sorted.gone)), 96, _gone_kind),
            Column(tr("限制改变"), lambda r: _count(_spread(new for _, new in r.sorted.moved)), 96),
        )
        empty = EmptyState("circle-check", tr("没有模板受影响"), "")
        self.cards = Listing(columns, empty, self._open, key=lambda r: r.card.card_id)
        self.cards_empty = empty
        self.cards.table.setAccessibleName(tr("受影响的模板"))
        self.cards.table.selectionModel().selectionChanged.connect(lambda *_: self._show_card())
        card.body.addWidget(self.cards)
        self.detail = Card(panel="sunken", margins=16)
        self.open_card = button(tr("打开模板"), self._open_chosen, icon="pencil", name="rule-pack-open-card")
        self._detail_name = label("", "heading", wrap=True)
        self.detail.body.addLayout(row(self._detail_name, self.open_card))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.detail.body.addLayout(self._lines)
        card.body.addWidget(self.detail)
        return card

    # --- what is shown ----------------------------------------------------------------------------------------

    def show_comparison(self, found: PackComparison, pack: RulePack, name: str) -> None:
        """Show another pack beside `pack`, the one in use; `name` is the file's."""
        self._found, self._pack = found, pack
        judging = [c for c in found.changes if not self._place(c).telling]
        telling = [c for c in found.changes if self._place(c).telling and c.where not in ("id", "date")]
        affected = rows(found.cards)
        broken = sum(1 for r in affected if r.errors)
        self.heading.setText(
            tr(
                "{file}：规则包 {id} {date}，与正在使用的 {old} 比较",
                file=name,
                id=found.id,
                date=found.date,
                old=pack.date,
            )
        )
        if not found.changes:
            self.said.setText(tr("内容与正在使用的规则包完全相同，不需要启用。"))
        elif not judging and not affected:
            told = (
                tr("只有来源和说明不同，所有模板的检查结果不变。")
                if telling
                else tr("只有规则包自己的编号或日期不同，所有模板的检查结果不变。")
            )
            self.said.setText(f"{told}{tr('现在还没有改动任何东西。')}")
        else:
            told = tr(
                "{rules} 处规则会改变，{cards} 个模板受影响，其中 {broken} 个会出现新的错误。",
                rules=len(judging),
                cards=len(affected),
                broken=broken,
            )
            self.said.setText(f"{told}{tr('现在还没有改动任何东西。')}")
        self.older.setText(
            ""
            if found.newer or not found.changes
            else tr("它的日期不比随附的规则包新。仍然启用的话，会一直用到 Koodesk 带来另一份规则包。")
        )
        self.older.setVisible(bool(self.older.text()))
        self.take.setText(tr("启用") if found.newer else tr("仍然启用"))
        self.take.setVisible(bool(found.changes))
        self.drop.setText(tr("取消") if found.changes else tr("关闭"))
        self.rules_card.setVisible(bool(judging or telling))
        self.cards_card.setVisible(bool(judging or affected))
        chosen = self.which.value
        self.which.put(
            [
                (tr("检查用到的（{count}）", count=len(judging)), "judging"),
                (tr("来源和说明（{count}）", count=len(telling)), "telling"),
                (tr("全部（{count}）", count=len(judging) + len(telling)), "all"),
            ],
            chosen if chosen in ("judging", "telling") else "judging" if judging else "all",
        )
        self._shown = {"judging": judging, "telling": telling, "all": [*judging, *telling]}
        self._list_changes()
        self._list_cards(found, affected)

    def working(self, busy: bool) -> None:
        """Let nothing be pressed while the pack is taken into use."""
        self.take.setEnabled(not busy)
        self.drop.setEnabled(not busy)

    def _list_changes(self) -> None:
        self.changes.show_rows(self._shown[self.which.value])
        self.changes.fit_rows(LISTED)

    def _list_cards(self, found: PackComparison, affected: tuple[CardRow, ...]) -> None:
        told = tr("检查了 {count} 个模板。", count=found.checked)
        if found.unreadable:
            told += tr("另有 {count} 个模板打不开，没有检查。", count=found.unreadable)
        self.cards_said.setText(told)
        explanation = (
            tr("启用后，全部 {count} 个模板的检查结果都和现在一样。", count=found.checked)
            if found.checked
            else tr("这个工作区还没有模板。")
        )
        self.cards_empty.tell(tr("没有模板受影响"), explanation)
        self.cards.show_rows(affected)
        if affected and self.cards.table.current() is None:
            self.cards.table.selectRow(0)
        self.cards.fit_rows(CARDS_LISTED)
        self._show_card()

    def _show_card(self) -> None:
        chosen: CardRow | None = self.cards.table.current()
        clear(self._lines)
        self.detail.setVisible(chosen is not None)
        if chosen is None:
            return
        self._detail_name.setText(chosen.card.name)
        found = chosen.sorted
        moved = [(new, self._sentence(old, chosen)) for old, new in found.moved]
        for heading, lines in (
            (tr("新出现"), [(f, "") for f in found.new]),
            (tr("限制改变"), moved),
            (tr("不再有"), [(f, "") for f in found.gone]),
        ):
            if lines:
                self._lines.addWidget(label(heading, "second"))
            for one, before in lines[:TOLD]:
                self._lines.addWidget(self._line(one, chosen, before, gone=one in found.gone))
            if len(lines) > TOLD:
                more = tr("还有 {count} 条，打开模板可以看到全部。", count=len(lines) - TOLD)
                self._lines.addWidget(label(more, "hint"))

    def _line(self, one: Finding, chosen: CardRow, before: str, *, gone: bool) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        severity = one.problem.severity
        chip = Chip(_severity_words()[severity], "success" if gone else _CHIPS[severity])
        text = self._sentence(one, chosen)
        if before:
            text = f"{text}\n{tr('原来：{before}', before=before)}"
        line.addWidget(chip)
        line.addWidget(label(text, wrap=True, selectable=True), 1)
        return made

    def _sentence(self, one: Finding, chosen: CardRow) -> str:
        """Say a problem, with its slot and vendors before it where the sentence itself does not name them."""
        names = tuple(named(*self._known.vendor_names[v]) for v in one.vendors)
        problem = replace(one.problem, vendor=one.vendors[0]) if one.vendors else one.problem
        said = messages.sentence(problem, i18n.language()).what
        slot = words.slot_name(self._known.layouts.get(chosen.card.layout), problem.where)
        before = [] if not slot or f"“{slot}”" in said else [slot]
        if names and names[0] in said:
            said = said.replace(names[0], list_of(names), 1)
        elif names:
            before.append(list_of(names))
        return about(" · ".join(before), said)

    # --- doing ------------------------------------------------------------------------------------------------

    def _open(self, chosen: Any) -> None:
        self.card_wanted.emit(chosen.card.card_id)

    def _open_chosen(self) -> None:
        chosen = self.cards.table.current()
        if chosen is not None:
            self._open(chosen)

    def _place(self, change: Change) -> words.Place:
        return words.place(change.where, self._known)

    def _layout_name(self, one: CardRow) -> str:
        spec = self._known.layouts.get(one.card.layout)
        return named(spec.name_zh, spec.name_en) if spec else one.card.layout

    @property
    def _known(self) -> RulePack:
        assert self._pack is not None  # nothing is shown before there is a pack
        return self._pack


def _count(number: int) -> str:
    return f"{number:,}" if number else words.NOTHING


def _spread(findings: Any) -> int:
    return sum(max(1, len(f.vendors)) for f in findings)


def _gone_kind(one: CardRow) -> str:
    return "success" if one.sorted.gone else ""


def _kind_words() -> dict[Kind, str]:
    return {Kind.ADDED: tr("新增"), Kind.REMOVED: tr("去掉"), Kind.CHANGED: tr("改变")}


def _severity_words() -> dict[Severity, str]:
    return {Severity.ERROR: tr("报错"), Severity.WARNING: tr("警告"), Severity.NOTE: tr("附注")}
