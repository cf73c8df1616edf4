# SPDX-License-Identifier: Apache-2.0
"""Templates of video SMS (智能信息基础版模板管理): own ones with a state per carrier, and public ones to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QTabBar, QWidget

from koodesk.domain.carrier import Carrier
from koodesk.ui import icons, states
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.reasons import reason_lines
from koodesk.ui.times import minute, size
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

SEARCH_AFTER_MS: Final = 200
OWN, PUBLIC = 0, 1
"""The tabs, in order."""


def carrier_states(row: Any) -> str:
    """Return the carriers' verdicts in words, those of one mind together; a dash before the first submission."""
    names = {Carrier.CMCC: tr("移动"), Carrier.CUCC: tr("联通"), Carrier.CTCC: tr("电信")}
    found: dict[str, list[str]] = {}
    for one in row.carriers:
        word = states.word("verdict", one.verdict.value)
        found.setdefault(word, []).append(names.get(one.carrier, one.carrier.value))
    return " · ".join(f"{tr('、').join(carriers)} {word}" for word, carriers in found.items()) or "—"


class VideoTemplatesPage(Page):
    """My templates (我的模板) and the public ones (公共模板)."""

    page_id = "video_templates"
    icon = "film"
    watches: ClassVar[tuple[str, ...]] = ("video", "reviews", "engine")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out search, tabs, actions and lists."""
        self.set_title(tr("智能信息基础版模板"), tr("视频、图片、音频和文字，直达三网手机的短信箱"))
        self.search = line_edit(tr("按名称、主题或模板 ID 搜索"), limit=60)
        self.search.setFixedWidth(240)
        self.search.setAccessibleName(tr("搜索模板"))
        self.head_actions.addWidget(self.search)
        self.add_action(button(tr("导入"), self.import_file, icon="upload"))
        self.add_action(
            button(
                tr("新建空白模板"),
                self.create_template,
                kind="primary",
                icon="plus",
                name="new-video-template",
            ),
            "kooMessage:basicTemplate:create",
        )
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("模板"))
        self.tabs.addTab(tr("我的模板"))
        self.tabs.addTab(tr("公共模板"))
        self.tabs.setUsesScrollButtons(False)
        self.tabs.currentChanged.connect(
            lambda _: self.tabs.updateGeometry()
        )  # the chosen one is bold and wider
        self.tabs.currentChanged.connect(self._tab_chosen)
        head = QHBoxLayout()
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self._own_actions())
        self._use = button(tr("使用这个模板"), self._use_public, icon="copy", name="use-public-video")
        self._use.hide()
        head.addWidget(self._use)
        self.body.addLayout(head)
        self.listing = Listing(self._columns(), self._nothing_yet(), self.edit)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.public = Listing(
            (
                Column(tr("模板"), lambda r: r.name, 220),
                Column(tr("模板主题"), lambda r: r.title, 220),
                Column(tr("用在什么时候"), lambda r: r.about),
                Column(tr("大小"), lambda r: size(r.size), 100, right=True),
            ),
            EmptyState("film", tr("没有公共模板"), tr("安装里缺少公共模板的文件。")),
            lambda _: self._use_public(),
            key=lambda r: r.key,
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.listing)
        self.stack.addWidget(self.public)
        self.body.addWidget(self.stack, 1)
        self.reasons = label("", "danger", wrap=True, selectable=True)
        self.reasons.hide()
        self.body.addWidget(self.reasons)
        self._rows: tuple[Any, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._narrow)
        self.search.textChanged.connect(lambda _: self._timer.start())
        self._chosen()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(tr("名称"), lambda r: r.name or tr("未命名"), 140),
            Column(tr("主题"), lambda r: r.title or "—"),
            Column(
                tr("状态"),
                lambda r: states.word("video_template", r.state.value),
                112,
                kind=lambda r: states.kind("video_template", r.state.value),
                tip=lambda r: reason_lines(r.reasons) or None,
            ),
            Column(tr("三网状态"), carrier_states, 160, tip=carrier_states),
            Column(tr("模板 ID"), lambda r: r.tpl_id or "—", 96),
            Column(tr("签名"), lambda r: f"【{r.signature_name}】" if r.signature_name else "—", 110),
            Column(tr("大小"), lambda r: size(r.size), 80, right=True),
            Column(tr("保存时间"), lambda r: minute(r.saved_ms), 132),
        )

    def _nothing_yet(self) -> EmptyState:
        empty = EmptyState(
            "film",
            tr("还没有视频短信模板"),
            tr("从空白模板开始，插入视频和文字；也可以从公共模板复制一个。"),
            tr("新建空白模板"),
            self.create_template,
        )
        self.guard(empty.button, "kooMessage:basicTemplate:create")
        return empty

    def _own_actions(self) -> QWidget:
        """Make the buttons for the chosen template."""
        self.own_actions = QWidget()
        bar = QHBoxLayout(self.own_actions)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(8)
        self._edit = button(
            tr("编辑"), lambda: self._with(self.edit), icon="pencil", name="edit-video-template"
        )
        self._send = button(
            tr("发送"), lambda: self._with(self.send), icon="send", name="send-video-template"
        )
        self._more = button(tr("更多"), self._open_menu, icon="ellipsis", name="more-video-template")
        self.guard(self._send, "kooMessage:basicSendTask:create")
        for part in (self._edit, self._send, self._more):
            bar.addWidget(part)
        return self.own_actions

    # --- showing ---------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Open a template or the public ones when asked for."""
        if arguments.get("template_id"):
            self.desk.go("video_editor", template_id=int(arguments["template_id"]))
        elif arguments.get("public"):
            self.tabs.setCurrentIndex(PUBLIC)

    def refresh(self) -> None:
        """Fetch the lists."""

        def show(found: Any) -> None:
            self._rows, public = found
            self.public.show_rows(public)
            self._narrow()

        self.run(lambda service: (service.video_templates.list(), service.video_templates.public()), show)

    def _narrow(self) -> None:
        """Show what the search leaves."""
        text = self.search.text().strip().casefold()
        found = [r for r in self._rows if text in f"{r.name}\n{r.title}\n{r.tpl_id}".casefold()]
        self.listing.show_rows(found)
        if found and self.listing.table.current() is None:
            self.listing.choose(found[0].id)
        self._chosen()

    def _tab_chosen(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self.own_actions.setVisible(tab == OWN)
        self._use.setVisible(tab == PUBLIC)
        self._chosen()

    def _chosen(self) -> None:
        """Offer what the chosen template's state allows, and say why a refused one was refused."""
        row = self.listing.table.current()
        for part in (self._edit, self._more):
            part.setEnabled(row is not None)
        self._send.setEnabled(row is not None and row.sendable)
        waits = row is not None and not row.sendable
        self._send.setToolTip(tr("至少一家运营商审核通过后才能发送") if waits else "")
        text = reason_lines(row.reasons) if row is not None and self.tabs.currentIndex() == OWN else ""
        self.reasons.setText(text)
        self.reasons.setVisible(bool(text))

    def _with(self, action: Any) -> None:
        row = self.listing.table.current()
        if row is not None:
            action(row)

    # --- doing -----------------------------------------------------------------------------------------------

    def create_template(self) -> None:
        """Begin with an empty template."""
        self.run(lambda service: service.video_templates.new(), self._open_new)

    def edit(self, row: Any) -> None:
        """Open a template in its editor."""
        self.desk.go("video_editor", template_id=row.id)

    def send(self, row: Any) -> None:
        """Send a template."""
        self.desk.go("video_send", template_id=row.id)

    def _use_public(self) -> None:
        row = self.public.table.current()
        if row is not None:
            self.run(lambda service: service.video_templates.new_from_public(row.key), self._open_new)

    def _open_new(self, row: Any) -> None:
        self.desk.changed.emit("video")
        self.edit(row)

    def _open_menu(self) -> None:
        row = self.listing.table.current()
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, icon, act, allowed in (
            (tr("复制"), "copy", self._duplicate, True),
            (tr("导出文件…"), "download", self._export, True),
            (tr("删除…"), "trash-2", self._delete, row.state.value != "waiting"),
        ):
            action = QAction(icons.icon(icon), name, menu)
            action.setEnabled(allowed)
            action.triggered.connect(lambda _=False, do=act, of=row: do(of))
            menu.addAction(action)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _duplicate(self, row: Any) -> None:
        self.run(lambda service: service.video_templates.duplicate(row.id), lambda _: self.refresh())

    def _delete(self, row: Any) -> None:
        confirm(
            self,
            tr("删除模板“{name}”？", name=row.name or row.title or tr("未命名")),
            tr("模板和它的所有版本都会删除，不能撤销。已经发出的短信不受影响。"),
            tr("删除模板"),
            lambda: self.run(
                lambda service: service.video_templates.delete(row.id), lambda _: self.refresh()
            ),
        )

    def _export(self, row: Any) -> None:
        dialog = QFileDialog(self, tr("导出模板"), "", "Koodesk (*.koovideo)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("koovideo")
        dialog.selectFile(f"{row.name or row.title or tr('未命名')}.koovideo")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(
            lambda path: self.run(
                lambda service: service.video_templates.export_file(row.id, Path(path)),
                lambda _: self.banner.tell(tr("已导出 {file}。", file=Path(path).name), "success"),
            )
        )
        dialog.open()

    def import_file(self) -> None:
        """Take a template file in."""
        dialog = QFileDialog(self, tr("导入模板"), "", "Koodesk (*.koovideo)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(
            lambda path: self.run(
                lambda service: service.video_templates.import_file(Path(path)), self._open_new
            )
        )
        dialog.open()
