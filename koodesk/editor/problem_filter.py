# SPDX-License-Identifier: Apache-2.0
"""Which problems are shown: how much they matter, and whose they are. Pure, and the row of chips that chooses."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from koodesk.domain.problem import Problem, Severity
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """What is let through: some severities, and the problems of one vendor with those all share (None for everybody's)."""

    severities: frozenset[Severity] = field(default_factory=lambda: frozenset(Severity))
    vendor: Vendor | None = None

    def lets(self, problem: Problem) -> bool:
        """Tell whether a problem is shown."""
        whose = self.vendor is None or problem.vendor in (None, self.vendor)
        return whose and problem.severity in self.severities


class FilterBar(QWidget):
    """Chips with counts: three severities, then the vendors the card goes to."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.filter = ProblemFilter()
        self._row = FlowBox(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        self.severities: dict[Severity, QToolButton] = {}
        for severity in Severity:
            made = self._chip()
            made.setChecked(True)
            made.toggled.connect(lambda on, s=severity: self._let(s, on=on))
            self.severities[severity] = made
        self.vendors: dict[Vendor | None, QToolButton] = {}
        for vendor in (None, *Vendor):
            chip = self._chip()
            chip.clicked.connect(lambda _on=False, v=vendor: self._choose(v))
            self.vendors[vendor] = chip
        self.count(())

    def minimumSizeHint(self) -> QSize:
        """One line: out of sight it has no width yet, and all its lines below each other would keep the dock high."""
        return QSize(60, 34)

    def count(self, problems: tuple[Problem, ...]) -> None:
        """Write the counts of what there is now; a vendor the card does not go to has no chip."""
        asked = self._session.document.template.vendors
        if self.filter.vendor is not None and self.filter.vendor not in asked:
            self.filter = replace(self.filter, vendor=None)
            self.changed.emit()
        whose = replace(self.filter, severities=frozenset(Severity))
        by_severity = Counter(p.severity for p in problems if whose.lets(p))
        for severity, text in (
            (Severity.ERROR, tr("错误")),
            (Severity.WARNING, tr("提醒")),
            (Severity.NOTE, tr("说明")),
        ):
            self._write(self.severities[severity], text, by_severity[severity])
        for vendor, chip in self.vendors.items():
            name = tr("全部厂商") if vendor is None else named(*self._session.pack.vendor_names[vendor])
            shown = replace(self.filter, vendor=vendor)
            self._write(chip, name, sum(shown.lets(p) for p in problems))
            chip.setVisible(vendor is None or vendor in asked)
            chip.setChecked(vendor is self.filter.vendor)
        self._row.settle()

    def _chip(self) -> QToolButton:
        made = QToolButton(self)
        made.setCheckable(True)
        self._row.add(made)
        return made

    @staticmethod
    def _write(chip: QToolButton, name: str, count: int) -> None:
        chip.setText(f"{name} {count}")
        chip.setAccessibleName(tr("{name}：{count} 个问题", name=name, count=count))

    def _let(self, severity: Severity, *, on: bool) -> None:
        others = self.filter.severities - {severity}
        self.filter = replace(self.filter, severities=others | {severity} if on else others)
        self.changed.emit()

    def _choose(self, vendor: Vendor | None) -> None:
        self.filter = replace(self.filter, vendor=vendor)
        self.changed.emit()
