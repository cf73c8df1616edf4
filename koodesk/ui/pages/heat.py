# SPDX-License-Identifier: Apache-2.0
"""Where a card was tapped (点击热力图): the very version that was sent with its clicks over it, and beside it the same as a list.

Opened from the report of smart messages and from a send task.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from koodesk.backend.views.reports import HeatReport
from koodesk.domain.heat import Spot, named, spots
from koodesk.domain.template import ButtonContent
from koodesk.domain.vendor import Vendor
from koodesk.ui import heat_picture
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

SCALE: Final = 2.0


class HeatView(QLabel):
    """The picture; a click on it chooses a spot."""

    clicked = Signal(QPointF)

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)

    def show_image(self, image: QImage) -> None:
        """Show a picture in its own size."""
        self.setPixmap(QPixmap.fromImage(image))
        self.setFixedSize(image.deviceIndependentSize().toSize())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell where the picture was clicked."""
        self.clicked.emit(event.position())


class HeatPage(Page):
    """A choice of phones, the picture, and the list."""

    page_id = "heat"
    icon = "mouse-pointer-click"
    watches: ClassVar[tuple[str, ...]] = ("campaigns",)

    def build(self) -> None:
        """Lay out choice, picture and list."""
        self.set_title(tr("点击热力图"), "")
        self.add_action(button(tr("返回报表"), lambda: self.desk.go("smart_report"), name="heat-back"))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.vendor: Choice = choice([(tr("全部厂商"), None)], self._picked)
        self.vendor.setAccessibleName(tr("厂商"))
        bar.addWidget(self.vendor)
        self.facts = label("", "second")
        bar.addWidget(self.facts)
        bar.addStretch(1)
        self.body.addLayout(bar)
        both = QHBoxLayout()
        both.setSpacing(16)
        picture = self._picture = Card()
        self.view = HeatView()
        self.view.clicked.connect(self._point)
        picture.body.addWidget(self.view, 0, Qt.AlignmentFlag.AlignHCenter)
        picture.body.addStretch(1)
        both.addWidget(picture)
        right = QVBoxLayout()
        right.setSpacing(8)
        columns = (
            Column(tr("位置"), self._name),
            Column(tr("点击次数"), lambda spot: f"{spot.times:,}", 96, right=True),
            Column(tr("占比"), lambda spot: f"{spot.share(self._every()):.1%}", 80, right=True),
            Column(tr("点击人数"), lambda spot: f"{spot.people:,}", 96, right=True),
            Column(tr("点击率"), self._rate, 80, right=True),
        )
        self._empty = EmptyState(
            "mouse-pointer-click", tr("还没有点击"), tr("收件人点击卡片后，每个位置的次数会显示在这里。")
        )
        self.listing = Listing(columns, self._empty, key=self._key)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._draw())
        right.addWidget(self.listing, 1)
        self.note = label(
            tr("按发送时的卡片版本绘制。点击率 = 点击人数 ÷ 这些手机的曝光人数。"), "hint", wrap=True
        )
        right.addWidget(self.note)
        both.addLayout(right, 1)
        self.body.addLayout(both, 1)
        self._report: HeatReport | None = None
        self._phone: heat_picture.HeatPhone | None = None
        self._spots: tuple[Spot, ...] = ()
        self._task = self._template = 0

    def open(self, **arguments: Any) -> None:
        """Show the clicks of a send, or of the newest version of a template that was sent."""
        self._task = int(arguments.get("campaign_id", 0))
        self._template = int(arguments.get("template_id", 0))
        self._report = None

    def refresh(self) -> None:
        """Fetch the clicks and draw them."""
        task, template = self._task, self._template

        def show(report: HeatReport) -> None:
            self._report = report
            self.set_title(
                tr("点击热力图：{name}", name=report.title),
                tr(
                    "任务：{names}",
                    names=tr("、").join(report.tasks[:4]) + ("…" if len(report.tasks) > 4 else ""),
                ),
            )
            offered: list[tuple[str, Vendor | None]] = [(tr("全部厂商"), None)]
            if report.template is not None:
                offered += [
                    (self.desk.word(f"vendor.{one.value}"), one)
                    for one in heat_picture.takers(report.template)
                ]
            else:
                self.banner.tell(tr("发送时的卡片版本已不在，只能列出点击的位置。"), "warning")
            self.vendor.put(offered, self.vendor.value)
            self._picked()

        self.run(lambda service: service.reports.heat(task, template), show)

    def _picked(self) -> None:
        report, wanted = self._report, self.vendor.value
        if report is None:
            return
        if report.template is None:
            self._phone = None
            self._spots = spots(named(report.clicks), report.clicks)
            self._show()
            return
        template = report.template
        drawn = wanted or heat_picture.takers(template)[0]

        def show(phone: heat_picture.HeatPhone) -> None:
            self._phone = phone
            self._spots = spots(phone.components, report.clicks, wanted.value if wanted else None)
            self._show()

        self.run(lambda service: heat_picture.draw_phone(service, template, drawn, SCALE), show)

    def _show(self) -> None:
        self.facts.setText(
            tr(
                "点击 {times} 次 · {people} 人次 · 曝光 {exposed} 人",
                times=f"{self._every():,}",
                people=f"{sum(spot.people for spot in self._spots):,}",
                exposed=f"{self._exposed():,}",
            )
        )
        self._picture.setVisible(self._phone is not None)
        self.listing.show_rows(self._spots)
        self._draw()

    def _draw(self) -> None:
        if self._phone is None:
            return
        chosen = self.listing.table.current()
        place = self._spots.index(chosen) if chosen in self._spots else -1
        self.view.show_image(heat_picture.with_heat(self._phone, self._spots, place))
        self.view.setAccessibleName(
            "; ".join(f"{self._name(spot)} {spot.times:,}" for spot in self._spots if spot.times)
        )

    def _point(self, point: QPointF) -> None:
        if self._phone is not None:
            place = heat_picture.spot_at(self._phone, self._spots, point)
            if place >= 0:
                self.listing.choose(self._key(self._spots[place]))

    @staticmethod
    def _key(spot: Spot) -> object:
        return spot.component.what if spot.component is not None else ""

    def _every(self) -> int:
        return sum(spot.times for spot in self._spots)

    def _exposed(self) -> int:
        if self._report is None:
            return 0
        wanted = self.vendor.value
        return sum(
            people for vendor, people in self._report.exposed if wanted is None or vendor == wanted.value
        )

    def _rate(self, spot: Spot) -> str:
        exposed = self._exposed()
        return f"{spot.people / exposed:.1%}" if exposed else "—"

    def _name(self, spot: Spot) -> str:
        if spot.component is None:
            return tr("其他位置")
        number = spot.component.position
        if spot.component.kind != "button":
            return tr("图片 {number}", number=number)
        template = self._report.template if self._report is not None else None
        text = next(
            (
                one.text
                for one in (template.contents() if template is not None else ())
                if one.id == spot.component.content_id and isinstance(one, ButtonContent)
            ),
            "",
        )
        return tr("按钮 {number}：{words}", number=number, words=text or tr("没有文字"))
