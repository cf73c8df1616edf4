# SPDX-License-Identifier: Apache-2.0
"""The editor's page: the studio with its toolbar, and the service behind it (open, save, submit, export).

Saving, by hand or by itself, never blocks: edits made meanwhile stay unsaved and are saved next. Unsaved work is kept by
the recovery log and comes back with its history.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QToolButton

from koodesk import messages
from koodesk.domain.checks import check
from koodesk.domain.problem import Problem, errors
from koodesk.editor.recovery import RecoveryLog
from koodesk.editor.session import Session, Surroundings
from koodesk.editor.step_names import step_name
from koodesk.editor.studio import Studio
from koodesk.editor.versions_panel import Version, VersionsPanel
from koodesk.editor.wall_look import WallLook
from koodesk.editor.wall_window import WallWindow
from koodesk.preview.pictures import PictureSource
from koodesk.ui import i18n, icons, states
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.studio.audience_rows import AudienceRows
from koodesk.ui.pages.studio.card_file import (
    Opened,
    export_pictures,
    open_card,
    saved_versions,
    write_review_sheet,
)
from koodesk.ui.pages.studio.material_gallery import MaterialGallery
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.widgets.basics import Chip, button, tool
from koodesk.ui.widgets.empty import Skeleton


class EditorPage(Page):
    """Edits one card; `open(card_id=...)` says which."""

    page_id = "editor"
    icon = "pencil"
    watches: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk) -> None:
        self.studio: Studio | None = None
        self._row: Any = None
        self._pictures: PictureSource | None = None
        self._log: RecoveryLog | None = None
        self._wanted = 0
        self._saving = False
        self._submit_next = False
        self._panels = desk.settings.value.editor_panels
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the toolbar and the place of the studio."""
        self.body.setContentsMargins(0, 0, 0, 0)
        self.state = Chip()
        self.undo = tool("undo-2", tr("撤销"), lambda: self._document_do("undo"))
        self.redo = tool("redo-2", tr("重做"), lambda: self._document_do("redo"))
        self.back = tool("chevron-left", tr("返回模板"), lambda: self.desk.go("studio"))
        head = self.head.layout()
        assert isinstance(head, QHBoxLayout)  # the page's head is a row
        head.setContentsMargins(12, 10, 16, 10)
        head.insertWidget(0, self.back)
        for widget in (self.state, self.undo, self.redo):
            self.head_actions.addWidget(widget)
        self.save_button = self.add_action(button(tr("保存"), self.save, icon="save", name="editor-save"))
        self.head_actions.addWidget(self._tools_menu())
        self.add_action(button(tr("预览"), self.preview, icon="eye", name="editor-preview"))
        self.submit_button = self.add_action(
            button(tr("提交审核"), self.submit, kind="primary", icon="clipboard-check", name="editor-submit")
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(Skeleton(6))
        self.body.addWidget(self.stack, 1)
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.timeout.connect(self.save)
        self.set_title(tr("模板编辑"))
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._close_log)
        self._show_history()

    def open(self, **arguments: Any) -> None:
        """Open a card; the one that is open stays when it is asked for again."""
        card_id = int(arguments.get("card_id", 0))
        if not card_id or (self._row is not None and self._row.id == card_id and self.studio is not None):
            return
        self._close_studio()
        self._wanted = card_id
        self.stack.setCurrentIndex(0)
        self.banner.hide()
        window_thread, kept = self.thread(), self._pictures
        self.run(lambda service: open_card(service, card_id, window_thread, kept), self._opened)

    def leave(self) -> bool:
        """Save what is unsaved on the way out; nothing has to be asked."""
        if self.studio is not None:
            self.studio.canvas.put_down()
            self._keep_panels(self.studio.layout_state())
            self.save()
        return True

    def _keep_panels(self, state: str) -> None:
        """Remember which panels are shown and how large, in this window and for the next one."""
        if state != self._panels:
            self._panels = state
            self.desk.bridge.call(
                self.desk, lambda _service, _task: self.desk.settings.change(editor_panels=state)
            )

    # --- the card ---------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the card as it is now (保存)."""
        if self.studio is None or self._saving or not self.studio.session.document.is_dirty:
            return
        self._saving = True
        document, row = self.studio.session.document, self._row
        template = document.template
        self._show_history()

        def saved(new: Any) -> None:
            self._saving = False
            if self._submit_next:
                self._row = new
                self.submit()
                return
            if self._row is None or self._row.id != new.id:
                return
            self._row = new
            document.mark_saved(new.digest)
            self._show_history()
            self.desk.changed.emit("cards")

        def failed(problems: tuple[Problem, ...]) -> None:
            self._saving = self._submit_next = False
            self._autosave.stop()
            self._show_history()
            if any(p.code == "card.saved_elsewhere" for p in problems):
                self.run(lambda service: service.cards.get(row.id), self._settle)
            else:
                self.show_problems(problems)

        self.run(lambda service: service.cards.save(row.id, template, row.revision), saved, failed)

    def submit(self) -> None:
        """Save, then hand the card in for review (提交审核); errors are shown in the problem list."""
        if self.studio is None:
            return
        self.studio.canvas.put_down()
        # While the card is being saved its next revision is not known: handed in as soon as it is.
        self._submit_next = self._saving
        self.submit_button.setEnabled(False)
        if self._saving:
            return
        self._saving = True
        document, row = self.studio.session.document, self._row
        template = document.template

        def work(service: Any) -> Any:
            kept = service.cards.save(row.id, template, row.revision)
            return kept, service.cards.submit(kept.id)

        def done(answer: Any) -> None:
            self._saving = False
            if self._row is None or self._row.id != row.id:
                return
            self._row = answer[1]
            document.mark_saved(self._row.digest)
            self._show_history()
            words = tr("已提交审核，每个厂商分别给出结果。")
            if self._row.parts:
                names = "、".join(self._row.parts)
                count = len(self._row.parts)
                words = tr(
                    "有厂商专用内容，已分成 {count} 个模板提交审核：{names}。", count=count, names=names
                )
            self.banner.tell(words, "success")
            self.desk.changed.emit("cards")

        def failed(problems: tuple[Problem, ...]) -> None:
            self._saving = False
            studio = self.studio
            if any(p.code == "card.saved_elsewhere" for p in problems):
                self._show_history()
                self.run(lambda service: service.cards.get(row.id), self._settle)
                return
            self._show_history()
            self.run(lambda service: service.cards.get(row.id), self._renewed)
            if studio is not None:
                studio.checker.check_now()
                self._tell_refusal(studio, problems)

        self.run(work, done, failed)

    def preview(self) -> None:
        """Show the whole phones of all vendors (预览)."""
        if self.studio is not None:
            window = WallWindow(self.studio.session, self)
            window.export_wanted.connect(self.export_sheet)
            window.show()

    def export_sheet(self, look: WallLook) -> None:
        """Write all phones with their notes as one picture or PDF for a review (导出审阅图)."""
        if self.studio is None:
            return
        session, row = self.studio.session, self._row
        template = session.document.template
        dialog = QFileDialog(self, tr("导出审阅图到"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("PDF 文件 (*.pdf)"), tr("PNG 图片 (*.png)")])
        dialog.selectFile(f"{template.name or row.id}.pdf")

        def chosen(path: str) -> None:
            target, values, language = Path(path), session.values, i18n.language()
            self.run(
                lambda service: write_review_sheet(service, template, look, values, target, language),
                lambda made: self.banner.tell(tr("已导出 {file}。", file=made.name), "success"),
            )

        dialog.fileSelected.connect(chosen)
        dialog.open()

    def versions(self) -> None:
        """Show the saved versions beside the card as it is now (版本)."""
        studio, row = self.studio, self._row
        if studio is None:
            return
        studio.canvas.put_down()

        def show(found: tuple[Version, ...]) -> None:
            if self.studio is studio:
                panel = VersionsPanel(studio.session, studio.canvas.vendor, found, self)
                panel.name_wanted.connect(partial(self._name_version, row.id, panel))
                panel.open()

        self.run(lambda service: saved_versions(service, row.id), show)

    def _name_version(self, card_id: int, panel: VersionsPanel, revision: int, label: str) -> None:
        """Keep the name of a version."""

        def work(service: Any) -> None:
            service.cards.name_version(card_id, revision, label)

        def named(_none: object) -> None:
            if shiboken6.isValid(panel):
                panel.take_name(revision, label)

        self.run(work, named)

    def export(self) -> None:
        """Write a picture a vendor into a folder (导出图片)."""
        if self.studio is None:
            return
        template, vendors = self.studio.session.document.template, self.studio.session.takers()
        dialog = QFileDialog(self, tr("导出图片到"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)

        def chosen(folder: str) -> None:
            self.run(
                lambda service: export_pictures(service, template, vendors, Path(folder)),
                lambda count: self.banner.tell(tr("已导出 {count} 张图片。", count=count), "success"),
            )

        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _tell_refusal(self, studio: Studio, problems: tuple[Problem, ...]) -> None:
        """Say why the card was not taken, with a way to the place: on the card, or among the filings."""
        # Checked here and now (about a millisecond): what the list shows may be a moment behind.
        session = studio.session
        places = errors(check(session.document.template, session.pack, brand=session.around.brand))
        first = next((p for p in problems if p in places), problems[0])
        words = str(messages.sentence(first, i18n.language()))
        if first in places:
            studio.dock.show_problems()
            self.banner.tell(words, "danger", tr("去修改"), lambda: session.selection.go_to(first.where))
        elif "filing" in first.code:
            self.banner.tell(words, "danger", tr("去备案"), lambda: self.desk.go("filings"))
        else:
            self.show_problems(problems)

    # --- inside -----------------------------------------------------------------------------------------------

    def _tools_menu(self) -> QToolButton:
        made = tool("ellipsis", tr("工具"))
        self._panel_actions: dict[str, QAction] = {}
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.addAction(icons.icon("wand-sparkles"), tr("图像优化"), lambda: self._studio_do("optimise"))
        menu.addAction(icons.icon("book-open"), tr("操作规范"), lambda: self._studio_do("open_rules"))
        menu.addAction(icons.icon("clock"), tr("版本"), self.versions)
        menu.addAction(icons.icon("download"), tr("导出图片"), self.export)
        menu.addSeparator()
        self.autosave = menu.addAction(tr("自动保存"))
        self.autosave.setCheckable(True)
        self.autosave.setChecked(True)
        menu.addSeparator()
        for name, words in (
            ("show_layers", tr("显示图层")),
            ("show_inspector", tr("显示检查器")),
            ("show_dock", tr("显示厂商预览")),
        ):
            action = self._panel_actions[name] = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(lambda on, method=name: self._studio_do(method, on))
        made.setMenu(menu)
        return made

    def _opened(self, opened: Opened) -> None:
        if opened.row.id != self._wanted:
            return
        self._row, self._pictures = opened.row, opened.pictures
        drawing = opened.drawing
        around = Surroundings(
            drawing.pack,
            drawing.phones,
            drawing.measure,
            opened.pictures,
            MaterialGallery(self),
            WindowLook(),
            opened.focals,
            opened.brand,
            AudienceRows(self),
        )
        document = opened.document
        session = Session(document, around, self)
        document.setParent(session)
        self._log = RecoveryLog(document, opened.log_path, opened.row.digest)
        self._log.begin(keep=opened.kept)
        self.studio = Studio(session, self.stack)
        self.stack.addWidget(self.studio)
        # Shown in the next turn of the event loop: making it and laying it out are each most of a tenth of a second.
        QTimer.singleShot(0, self.studio, partial(self.stack.setCurrentWidget, self.studio))
        self.studio.save_requested.connect(self.save)
        self.studio.wall_wanted.connect(self.preview)
        document.history_changed.connect(self._show_history)
        document.changed.connect(self._changed)
        session.refused.connect(self.show_problems)
        if self._panels:
            self.studio.restore_layout(self._panels)
            for name, shown in self.studio.shown_panels().items():
                self._panel_actions[name].setChecked(shown)
        self._show_history()
        if opened.elsewhere:
            words = tr("这张卡片在别处保存过。这里是上次没有保存的修改；保存会成为新的版本。")
            self.banner.tell(words, "warning", tr("丢弃修改"), self._drop_draft)
        elif opened.recovered:
            words = tr("已恢复上次没有保存的修改，可以撤销。")
            self.banner.tell(words, "accent", tr("丢弃修改"), self._drop_draft)

    def _drop_draft(self) -> None:
        """Throw the unsaved work away and open the card as it was saved."""
        card_id, log = self._row.id, self._log
        self._log = None
        if log is not None:
            log.discard()
        self._close_studio()
        self.open(card_id=card_id)

    def _close_studio(self) -> None:
        self._autosave.stop()
        self._close_log(wait=False)
        studio, self.studio, self._row = self.studio, None, None
        if studio is not None:
            studio.stop()
            self.stack.removeWidget(studio)
            studio.session.deleteLater()
            studio.deleteLater()
        self._show_history()

    def _close_log(self, *, wait: bool = True) -> None:
        log, self._log = self._log, None
        if log is not None:
            log.close(wait=wait)

    def _renewed(self, row: Any) -> None:
        if self._row is not None and self._row.id == row.id:
            self._row = row
            if self.studio is not None:
                self.studio.session.document.mark_saved(row.digest)
            self._show_history()

    def _changed(self, _before: object, _after: object) -> None:
        if self.autosave.isChecked() and not self._autosave.isActive():
            self._autosave.start(self.desk.settings.value.autosave_seconds * 1000)

    def _document_do(self, name: str) -> None:
        if self.studio is not None:
            getattr(self.studio.session.document, name)()

    def _studio_do(self, name: str, *values: object) -> None:
        if self.studio is not None:
            getattr(self.studio, name)(*values)

    def _settle(self, row: Any) -> None:
        """The card was saved by another hand: go on when it was this very work, otherwise let the user decide."""
        studio = self.studio
        if studio is None or self._row is None or self._row.id != row.id:
            return
        self._row = row
        document = studio.session.document
        if document.has_been(row.digest):
            document.mark_saved(row.digest)
            self.save()
            return
        words = tr("这张卡片刚刚在别处保存过，两边的内容都还在。")
        self.banner.tell(words, "warning", tr("用这里的内容保存"), self.save)

    def _show_history(self) -> None:
        """Show what can be undone, and whether there is something to save."""
        studio = self.studio
        open_ = studio is not None
        for widget in (self.save_button, self.submit_button, self.undo, self.redo):
            widget.setEnabled(open_ and not (widget is self.submit_button and self._submit_next))
        self.state.setVisible(open_)
        if studio is None:
            return
        document = studio.session.document
        self.set_title(document.template.name or tr("未命名模板"))
        for widget, words, code in (
            (self.undo, tr("撤销"), document.undo_code),
            (self.redo, tr("重做"), document.redo_code),
        ):
            widget.setEnabled(bool(code))
            widget.setToolTip(f"{words}: {step_name(code)}" if code else words)
        self.save_button.setEnabled(document.is_dirty and not self._saving)
        if self._saving:
            self.state.show_state(tr("正在保存"), "accent")
        elif document.is_dirty:
            self.state.show_state(tr("未保存"), "warning")
        else:
            state = self._row.state.value
            self.state.show_state(states.word("card", state), states.kind("card", state))
