# SPDX-License-Identifier: Apache-2.0
"""Settings: language, look, send window, the workspace's place and backups, and the local engine's model of the world."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final, Protocol, TypeVar, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from koodesk.domain.platform import Platform
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.settings_parts.backup import BackupCard
from koodesk.ui.pages.settings_parts.cloud_api import CloudApiCard
from koodesk.ui.pages.settings_parts.database import DatabaseCard
from koodesk.ui.pages.settings_parts.engine_clock import ClockCard
from koodesk.ui.pages.settings_parts.engine_model import EngineModelCard
from koodesk.ui.pages.settings_parts.faults import FaultCard
from koodesk.ui.pages.settings_parts.look import LookCard
from koodesk.ui.pages.settings_parts.place import PlaceCard
from koodesk.ui.pages.settings_parts.platform import PlatformCard
from koodesk.ui.pages.settings_parts.retention import RetentionCard
from koodesk.ui.pages.settings_parts.sending import SendingRules
from koodesk.ui.widgets.basics import button

OF_ENGINE: Final = (ClockCard, FaultCard, CloudApiCard, EngineModelCard)
"""The sections about the local engine alone."""
AT_ONCE: Final = 2
"""How many sections are made with the page: those that are seen before one scrolls."""


class Section(Protocol):
    """A card of the page, made with the page it stands on, that fetches what it shows itself."""

    def __init__(self, page: Page) -> None: ...

    def refresh(self) -> None:
        """Fetch what the section shows."""


S = TypeVar("S", bound=Section)


class SettingsPage(Page):
    """Everything a user may set, each with what it does.

    The first sections are made with the page, each of the others in a turn of the event loop of its own, or when somebody
    wants it: all of them at once would keep the page from being seen for longer than a page may take.
    """

    page_id = "settings"
    icon = "settings"
    watches: ClassVar[tuple[str, ...]] = ("engine",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Make the list at the side with a place for every section, and the sections that are seen first."""
        self.set_title(tr("设置"), tr("语言和外观只对你生效；其余对这个工作区的所有人生效"))
        sections: tuple[tuple[str, type], ...] = (
            (tr("外观"), LookCard),
            (tr("发送平台"), PlatformCard),
            (tr("时段和频次"), SendingRules),
            (tr("存储位置"), PlaceCard),
            (tr("数据库"), DatabaseCard),
            (tr("备份与恢复"), BackupCard),
            (tr("保留期限"), RetentionCard),
            (tr("引擎时钟"), ClockCard),
            (tr("故障脚本"), FaultCard),
            (tr("云端接口"), CloudApiCard),
            (tr("本地引擎"), EngineModelCard),
        )
        self._cards: dict[type, Any] = {}
        self._places: dict[type, QVBoxLayout] = {}
        self._sides: dict[type, QWidget] = {}
        self._asked = False
        halves = QHBoxLayout()
        halves.setSpacing(16)
        self.side = QVBoxLayout()
        self.side.setSpacing(4)
        halves.addLayout(self.side)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        halves.addWidget(self.area, 1)
        self.body.addLayout(halves, 1)
        inside = QWidget()
        self.area.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 8)
        column.setSpacing(16)
        for number, (name, kind) in enumerate(sections):
            self._places[kind] = QVBoxLayout()
            column.addLayout(self._places[kind])
            made = button(name, partial(self.show_section, kind), kind="quiet", name=f"section-{number}")
            made.setMinimumWidth(176)
            made.setProperty("side", True)
            self.side.addWidget(made)
            self._sides[kind] = made
        column.addStretch(1)
        self.side.addStretch(1)
        for _, kind in sections[:AT_ONCE]:
            self.section(kind)
        QTimer.singleShot(0, self, self._make_next)

    def _make_next(self) -> None:
        """Make the next section that is missing, and leave the rest to later turns."""
        missing = [kind for kind in self._places if kind not in self._cards]
        if missing:
            self.section(missing[0])
            QTimer.singleShot(0, self, self._make_next)

    @property
    def whole(self) -> bool:
        """Tell whether every section is made."""
        return len(self._cards) == len(self._places)

    def section(self, kind: type[S]) -> S:
        """Return a section, made now where it was not made before."""
        if kind not in self._cards:
            made: Any = kind(self)
            self._cards[kind] = made
            self._places[kind].addWidget(made)
            made.setVisible(
                self._has(kind)
            )  # now: what a layout would show a turn later has no height until then
            if self._asked and self._has(kind):
                made.refresh()
        return cast("S", self._cards[kind])

    def _has(self, kind: type) -> bool:
        """Tell whether a section is about anything: nobody asks the engine of a workspace that speaks to the real cloud."""
        return kind not in OF_ENGINE or self.desk.platform is not Platform.CLOUD

    def open(self, **arguments: Any) -> None:
        """With `section` "platform": bring that section to the top."""
        if arguments.get("section") == "platform":
            QTimer.singleShot(0, self, partial(self.show_section, PlatformCard))

    def show_section(self, kind: type) -> None:
        """Bring a section to the top, and the keyboard into it."""
        if (
            not self.whole
        ):  # where it stands follows from all that stand above it, laid out in the turn after this
            for other in self._places:
                self.section(other)
            QTimer.singleShot(0, self, partial(self.show_section, kind))
            return
        card = self._cards[kind]
        self.area.verticalScrollBar().setValue(card.y())
        for made in card.findChildren(QWidget):
            if made.focusPolicy() & Qt.FocusPolicy.TabFocus and made.isEnabled():
                made.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def refresh(self) -> None:
        """Let every section that is there fetch what it shows; the others do when they are made."""
        self._asked = True
        for kind, side in self._sides.items():
            side.setVisible(self._has(kind))
        for kind, card in self._cards.items():
            card.setVisible(self._has(kind))
            if self._has(kind):
                card.refresh()

    # --- the sections by name, for whoever drives the page ------------------------------------------------------

    @property
    def platform(self) -> PlatformCard:
        """What the workspace speaks to."""
        return self.section(PlatformCard)

    @property
    def sending(self) -> SendingRules:
        """Hours and limits of promotion."""
        return self.section(SendingRules)

    @property
    def place(self) -> PlaceCard:
        """Where the workspace is."""
        return self.section(PlaceCard)

    @property
    def database(self) -> DatabaseCard:
        """Which database the workspace has."""
        return self.section(DatabaseCard)

    @property
    def backups(self) -> BackupCard:
        """Backup and restore."""
        return self.section(BackupCard)

    @property
    def retention(self) -> RetentionCard:
        """How long what is kept."""
        return self.section(RetentionCard)

    @property
    def clock(self) -> ClockCard:
        """The engine's clock."""
        return self.section(ClockCard)

    @property
    def faults(self) -> FaultCard:
        """The fault script."""
        return self.section(FaultCard)

    @property
    def cloud_api(self) -> CloudApiCard:
        """The engine as a cloud with keys."""
        return self.section(CloudApiCard)

    @property
    def model(self) -> EngineModelCard:
        """The engine's model of phones and receipts."""
        return self.section(EngineModelCard)
