# SPDX-License-Identifier: Apache-2.0
"""A card on a real phone: a QR code that opens its preview, and in plain words what it opens, for whom and until when.

Nothing is open to the network before the switch is thrown, and everything ends when the sheet is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import segno
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import button, label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import choice

SIDE: Final = 232
QUIET: Final = 4
"""Light modules around a code, as its standard asks for."""

MINUTES: Final = 30


def qr_image(text: str) -> QImage:
    """Return a QR code, a pixel a module, with its quiet zone: black on white in every theme, for cameras."""
    matrix = segno.make(text, error="m", micro=False).matrix
    size = len(matrix) + 2 * QUIET
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                image.setPixelColor(x + QUIET, y + QUIET, QColor("black"))
    return image


class QrCode(QWidget):
    """Draws a code, or the sign of a phone while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setFixedSize(SIDE, SIDE)

    def show_text(self, text: str) -> None:
        """Show the code of a text, none for an empty one."""
        self._image = qr_image(text) if text else None
        self.setAccessibleName(tr("二维码：{url}", url=text) if text else tr("还没有二维码"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw whole pixels for each module: a blurred code is not read."""
        del event
        painter = QPainter(self)
        if self._image is None:
            painter.fillRect(self.rect(), QColor(theme.role("sunken")))
            sign = icons.pixmap("smartphone", theme.role("border_strong"), 56, self.devicePixelRatioF())
            painter.drawPixmap((SIDE - 56) // 2, (SIDE - 56) // 2, sign)
            return
        painter.fillRect(self.rect(), QColor("white"))
        each = SIDE // self._image.width()
        side = each * self._image.width()
        at = (SIDE - side) // 2
        painter.drawImage(at, at, self._image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))


class PhoneSheet(Sheet):
    """The sheet; `template` is called with the service, off the window's thread, each time a preview is made."""

    def __init__(
        self, page: Page, name: str, vendors: tuple[Vendor, ...], template: Callable[[Any], Template]
    ) -> None:
        super().__init__(page, tr("在手机上看“{name}”", name=name), tr("完成"), self.accept, width=640)
        self._page = page
        self._template = template
        self._token = ""
        self._url = ""
        self._opened = False
        self.cancel_button.hide()
        self.code = QrCode()
        self.network = QCheckBox(tr("同一网络的手机可以打开"))
        self.network.setObjectName("h5-network")
        page.guard(self.network, "koodesk:h5:network")
        self.network.toggled.connect(lambda _: self._make())
        self.vendor = choice([(page.desk.word(f"vendor.{v.value}"), v) for v in vendors], self._make)
        self.vendor.setAccessibleName(tr("按哪个厂商的手机显示"))
        self.vendor.setMaximumWidth(200)
        self.warning = label("", "hint", wrap=True)
        self.facts = label("", wrap=True)
        self.browser = button(tr("在本机浏览器打开"), self._browse, icon="external-link", name="preview-here")
        self.copy = button(tr("复制地址"), self._copy, icon="copy", name="preview-copy")
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self.vendor, self.network, self.warning, self.facts):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(row(self.browser, self.copy, 1))
        beside = row(self.code, words)
        beside.setSpacing(20)
        beside.setStretch(1, 1)
        self.body.addLayout(beside)
        self.body.addStretch(1)
        self.finished.connect(lambda _: self._end())
        self._make()

    def _make(self) -> None:
        """Put the card up anew: for another phone, or for another circle of people."""
        vendor, wanted, former, template = (
            self.vendor.value,
            self.network.isChecked(),
            self._token,
            self._template,
        )
        if vendor is None:
            return

        def work(service: Any) -> Any:
            service.engine.ensure_running()
            if former:
                service.h5.end_preview(former)
            service.h5.open_network(wanted)
            return service.h5.preview(template(service), vendor, None, MINUTES)

        self._page.run(work, self._made, self._failed)

    def _made(self, found: Any) -> None:
        self._token, self._url, self._opened = found.token, found.url, found.network
        self.banner.hide()
        self.code.show_text(found.url if found.network else "")
        self.warning.setText(
            tr("已对同一网络开放。只有拿到这个地址的人能打开这张卡片，打不开别的内容。")
            if found.network
            else tr("现在只有这台电脑能打开。打开上面的开关后，用手机扫码；手机要和电脑在同一个 Wi-Fi 里。")
        )
        self.warning.setProperty("look", "warning" if found.network else "hint")
        theme.repolish(self.warning)
        who = tr("同一网络里拿到地址的人") if found.network else tr("这台电脑")
        self.facts.setText(
            tr(
                "打开的是：这张卡片的预览，参数显示示例\n谁能打开：{who}\n有效到：{at}；关闭这个窗口就立即失效",
                who=who,
                at=moment(found.expires_ms),
            )
        )

    def _failed(self, problems: Any) -> None:
        self.banner.tell(self._page.desk.say(problems))
        self.code.show_text("")
        if self.network.isChecked():
            self.network.blockSignals(True)
            self.network.setChecked(False)
            self.network.blockSignals(False)

    def _browse(self) -> None:
        if self._url:
            QDesktopServices.openUrl(QUrl(self._url))

    def _copy(self) -> None:
        if self._url:
            QGuiApplication.clipboard().setText(self._url)

    def _end(self) -> None:
        """Close what was opened."""
        token, opened = self._token, self._opened

        def work(service: Any) -> None:
            if token:
                service.h5.end_preview(token)
            if opened:
                service.h5.open_network(False)

        self._page.run(work, None, lambda _: None)
