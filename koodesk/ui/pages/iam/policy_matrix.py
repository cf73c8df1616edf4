# SPDX-License-Identifier: Apache-2.0
"""The matrix: a line an operation, a column a system policy, a mark where it is allowed."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.pages.iam.asking import of_two
from koodesk.ui.widgets.basics import label, row
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import choice, line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

FAMILIES: Final = ("KooMessage ", "KooMessage Basic Edition ", "KooMessage SA ", "")


def family_of(name: str) -> str:
    """Return which family of policies a policy belongs to: its columns are shown together."""
    for family in FAMILIES[1:3]:
        if name.startswith(family):
            return family
    return FAMILIES[0] if name.startswith(FAMILIES[0]) else ""


class MatrixView(QWidget):
    """Narrowed by words; one family of policies at a time, so that every column can be read."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._rows: tuple[Any, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.search = line_edit(tr("按操作或授权项搜索"), lambda _: self._show(), limit=60)
        self.search.setFixedWidth(260)
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("搜索"))
        self.family = choice(
            [
                ("KooMessage", FAMILIES[0]),
                ("KooMessage Basic Edition", FAMILIES[1]),
                ("KooMessage SA", FAMILIES[2]),
                (tr("其他系统策略"), FAMILIES[3]),
            ],
            self._rebuild,
        )
        self.family.setAccessibleName(tr("系统策略"))
        self.only = choice([(tr("全部操作"), False), (tr("只看允许的"), True)], self._show)
        self.only.setAccessibleName(tr("筛选"))
        self.count = label("", "second")
        column.addLayout(row(self.search, self.family, self.only, 1, self.count))
        self._place = QVBoxLayout()
        column.addLayout(self._place, 1)
        column.addWidget(
            label(
                tr("带 * 的行在平台公布的表里没有，是 Koodesk 定的。发送还需要 RTC Administrator。"),
                "hint",
                wrap=True,
            )
        )
        self.listing: Listing | None = None

    def show_matrix(self, names: tuple[str, ...], rows: tuple[Any, ...]) -> None:
        """Take over the data."""
        if (names, rows) != (self._names, self._rows):
            self._names, self._rows = names, rows
            self._rebuild()

    def _rebuild(self) -> None:
        family = self.family.value
        shown = [(n, name) for n, name in enumerate(self._names) if family_of(name) == family]
        columns = [
            Column(tr("操作"), _operation, tip=lambda r: r.action),
        ]
        columns += [
            Column(
                name.removeprefix(family),
                lambda r, n=n: tr("允许") if r.allowed[n] else "—",  # type: ignore[misc]  # a default argument keeps n
                max(96, 32 + 8 * len(name.removeprefix(family))),
                kind=lambda r, n=n: "success" if r.allowed[n] else "",  # type: ignore[misc]  # as above
            )
            for n, name in shown
        ]
        fresh = Listing(
            columns,
            EmptyState("search", tr("没有符合条件的操作"), tr("换一个词试试。")),
            key=lambda r: r.action,
        )
        fresh.table.setAccessibleName(tr("操作矩阵"))
        if self.listing is not None:
            self._place.removeWidget(self.listing)
            self.listing.hide()
            self.listing.deleteLater()
        self.listing = fresh
        self._place.addWidget(fresh, 1)
        self._show()

    def _show(self) -> None:
        if self.listing is None:
            return
        family, only = self.family.value, self.only.value
        columns = [n for n, name in enumerate(self._names) if family_of(name) == family]
        words = self.search.text().casefold().split()
        shown = [
            r
            for r in self._rows
            if all(w in f"{r.action} {r.name_zh} {r.name_en}".casefold() for w in words)
            and (not only or any(r.allowed[n] for n in columns))
        ]
        self.listing.show_rows(shown)
        self.count.setText(tr("共 {count} 项", count=len(shown)))


def _operation(line: Any) -> str:
    name = of_two(line.name_zh, line.name_en)
    return f"{name} *" if line.source == "Koodesk" else name
