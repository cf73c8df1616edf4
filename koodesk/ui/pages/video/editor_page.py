# SPDX-License-Identifier: Apache-2.0
"""The page of the video SMS editor: the studio with its toolbar, and the service behind it (open, save, submit).

Saving, by hand or by itself, never blocks: edits made meanwhile stay unsaved and are saved next. Unsaved work is kept by
the recovery log and comes back with its history.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QToolButton

from koodesk import messages
from koodesk.domain.problem import Problem, errors
from koodesk.domain.video_sms.rules import check_template
from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.editor.gallery import FILE
from koodesk.editor.recovery import RecoveryLog
from koodesk.editor.video_sms.document import FORMAT, VideoDocument
from koodesk.editor.video_sms.media_work import ClipRequest
from koodesk.editor.video_sms.problems import FORM
from koodesk.editor.video_sms.session import VideoSession, VideoSurroundings
from koodesk.editor.video_sms.studio import MessageStudio
from koodesk.editor.video_sms.words import step_words
from koodesk.editor.words import about
from koodesk.preview.pictures import PictureSource
from koodesk.ui import i18n, icons, states
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.studio.audience_rows import AudienceRows
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.pages.video.clip_sheet import open_clip
from koodesk.ui.pages.video.media_shelf import WorkspaceShelf, item_of
from koodesk.ui.pages.video.public_choice import offer_public
from koodesk.ui.pages.video.video_file import OpenedVideo, open_video, signature_choices
from koodesk.ui.widgets.basics import Chip, button, tool
from koodesk.ui.widgets.empty import Skeleton

LIST: str = "video_templates"
"""The page of templates, which this one stands under."""


class VideoEditorPage(Page):
    """Edits one video SMS template; `open(template_id=...)` says which."""

    page_id = "video_editor"
    icon = "pencil"
    watches: ClassVar[tuple[str, ...]] = ("video", "filings", "reviews")

    def __init__(self, desk: Desk) -> None:
        self.studio: MessageStudio | None = None
        self._row: Any = None
        self._pictures: PictureSource | None = None
        self._log: RecoveryLog | None = None
        self._wanted = 0
        self._saving = False
        self._submit_next = False
        self._panels = desk.settings.value.video_panels
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the toolbar and the place of the studio."""
        self.body.setContentsMargins(0, 0, 0, 0)
        self.state = Chip()
        self.undo = tool("undo-2", tr("撤销"), lambda: self._document_do("undo"))
        self.redo = tool("redo-2", tr("重做"), lambda: self._document_do("redo"))
        self.back = tool("chevron-left", tr("返回模板管理"), lambda: self.desk.go(LIST))
        head = self.head.layout()
        assert isinstance(head, QHBoxLayout)  # the page's head is a row
        head.setContentsMargins(12, 10, 16, 10)
        head.insertWidget(0, self.back)
        for widget in (self.state, self.undo, self.redo):
            self.head_actions.addWidget(widget)
        self.save_button = self.add_action(button(tr("保存"), self.save, icon="save", name="video-save"))
        self.head_actions.addWidget(self._tools_menu())
        self.preview_button = self.add_action(
            button(tr("预览"), self.preview, icon="eye", name="video-preview")
        )
        self.submit_button = self.add_action(
            button(
                tr("提交审核"), self.open_sheet, kind="primary", icon="clipboard-check", name="video-submit"
            )
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(Skeleton(6))
        self.body.addWidget(self.stack, 1)
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.timeout.connect(self.save)
        self.set_title(tr("视频短信模板"))
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._close_log)
        self._show_history()

    def open(self, **arguments: Any) -> None:
        """Open a template; the one that is open stays when it is asked for again."""
        template_id = int(arguments.get("template_id", 0))
        if not template_id or (
            self._row is not None and self._row.id == template_id and self.studio is not None
        ):
            return
        self._close_studio()
        self._wanted = template_id
        self.stack.setCurrentIndex(0)
        self.banner.hide()
        window_thread, kept = self.thread(), self._pictures
        self.run(lambda service: open_video(service, template_id, window_thread, kept), self._opened)

    def refresh(self) -> None:
        """Take signatures, the filing and the state of the review as they are now."""
        studio = self.studio
        if studio is None:
            return
        self.run(signature_choices, self._put_signatures, lambda _problems: None)
        studio.checker.ask_workspace()
        row_id = self._row.id
        self.run(
            lambda service: service.video_templates.get(row_id), self._take_state, lambda _problems: None
        )

    def leave(self) -> bool:
        """Save what is unsaved on the way out; nothing has to be asked."""
        if self.studio is not None:
            self.studio.put_down()
            self.studio.sheet.hide()
            self._keep_panels(self.studio.layout_state())
            self.save()
        return True

    # --- saving -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the template as it is now (保存)."""
        if self.studio is None or self._saving or not self.studio.session.document.is_dirty:
            return
        self._saving = True
        document, row = self.studio.session.document, self._row
        template = document.template
        self._show_history()

        def saved(new: Any) -> None:
            self._saving = False
            if self._row is None or self._row.id != new.id:
                return
            self._row = new
            document.mark_saved(VideoDocument.digest_of(template))
            self._show_history()
            self.desk.changed.emit("video")
            if self._submit_next:
                self._submit_next = False
                self.submit()

        def failed(problems: tuple[Problem, ...]) -> None:
            self._saving = self._submit_next = False
            self._autosave.stop()
            self._show_history()
            if any(p.code == "video_sms.changed_elsewhere" for p in problems):
                self.run(lambda service: service.video_templates.open(row.id), self._settle)
            else:
                self.show_problems(problems)

        self.run(lambda service: service.video_templates.save(row.id, template, row.revision), saved, failed)

    def _settle(self, opened: Any) -> None:
        """The template was saved by another hand: go on when it was this very work, otherwise let the user decide."""
        row, template = opened
        studio = self.studio
        if studio is None or self._row is None or self._row.id != row.id:
            return
        self._row = row
        document = studio.session.document
        stored = VideoDocument.digest_of(template)
        if document.has_been(stored):
            document.mark_saved(stored)
            self.save()
            return
        words = tr("这个模板刚刚在别处保存过，两边的内容都还在。")
        self.banner.tell(words, "warning", tr("用这里的内容保存"), self.save)

    # --- submitting -------------------------------------------------------------------------------------------

    def open_sheet(self, where: str = "") -> None:
        """Open the sheet 提交审核."""
        if self.studio is not None:
            self.studio.open_sheet(where)

    def submit(self) -> None:
        """Save, then hand the template in for review; what stands against it is shown where it is."""
        studio = self.studio
        if studio is None:
            return
        if self._saving:
            self._submit_next = True  # its next revision is not known until it is saved
            return
        self._saving = True
        studio.sheet.wait(True)
        document, row = studio.session.document, self._row
        template = document.template
        self._show_history()

        def work(service: Any) -> Any:
            kept = service.video_templates.save(row.id, template, row.revision)
            return service.video_templates.submit(kept.id)

        def done(new: Any) -> None:
            self._saving = False
            if self._row is None or self._row.id != row.id:
                return
            self._row = new
            document.mark_saved(VideoDocument.digest_of(template))
            studio.sheet.wait(False)
            studio.sheet.accept()
            self._show_history()
            self.banner.tell(tr("已提交审核，每家运营商分别给出结果。"), "success")
            self.desk.changed.emit("video")
            self.desk.changed.emit("reviews")

        def failed(problems: tuple[Problem, ...]) -> None:
            self._saving = False
            if self._row is None or self._row.id != row.id:
                return
            studio.sheet.wait(False)
            self._show_history()
            if any(p.code == "video_sms.changed_elsewhere" for p in problems):
                studio.sheet.hide()
                self.run(lambda service: service.video_templates.open(row.id), self._settle)
                return
            self.run(lambda service: service.video_templates.open(row.id), self._renewed)
            self._tell_refusal(studio, problems)

        self.run(work, done, failed)

    def _renewed(self, opened: Any) -> None:
        """What was saved before the refusal is the latest now."""
        row, template = opened
        if self._row is not None and self._row.id == row.id and self.studio is not None:
            self._row = row
            self.studio.session.document.mark_saved(VideoDocument.digest_of(template))
            self._show_history()

    def _tell_refusal(self, studio: MessageStudio, problems: tuple[Problem, ...]) -> None:
        """Say why the template was not taken, with a way to the place."""
        first = problems[0]
        words = str(messages.sentence(first, i18n.language()))
        studio.checker.ask_workspace()
        if first.where in FORM:
            studio.open_sheet(first.where)
            self.banner.tell(words, "danger")
            return
        studio.sheet.hide()
        inside = errors(check_template(studio.session.template, studio.session.rules))
        if first in inside:
            studio.dock.show_problems()
            self.banner.tell(
                words, "danger", tr("去修改"), lambda: studio.session.selection.go_to(first.where)
            )
        elif "filing" in first.code or first.where.startswith("paper:"):
            self.banner.tell(words, "danger", tr("去备案"), lambda: self.desk.go("filings"))
        else:
            self.show_problems(problems)

    # --- other things the toolbar offers ----------------------------------------------------------------------

    def preview(self) -> None:
        """Show the phones in a window of their own (预览)."""
        if self.studio is not None:
            self.studio.detach_wall()

    def choose_public(self) -> None:
        """Show the ready templates (公共模板)."""
        studio = self.studio
        if studio is not None:
            offer_public(self, studio, lambda: self.studio is studio)

    def _tools_menu(self) -> QToolButton:
        made = tool("ellipsis", tr("工具"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.addAction(icons.icon("layout-template"), tr("公共模板"), self.choose_public)
        menu.addSeparator()
        self.autosave = menu.addAction(tr("自动保存"))
        self.autosave.setCheckable(True)
        self.autosave.setChecked(True)
        made.setMenu(menu)
        return made

    # --- inside -----------------------------------------------------------------------------------------------

    def _opened(self, opened: OpenedVideo) -> None:
        if opened.row.id != self._wanted:
            return
        self._row, self._pictures = opened.row, opened.pictures
        around = VideoSurroundings(
            opened.rules,
            opened.phones,
            opened.measure,
            opened.pictures,
            WorkspaceShelf(self),
            WindowLook(),
            AudienceRows(self),
        )
        document = opened.document
        session = VideoSession(document, around, self)
        session.put_signatures(opened.signatures)
        document.setParent(session)
        self._log = RecoveryLog(document, opened.log_path, VideoDocument.digest_of(document.template), FORMAT)
        self._log.begin(keep=opened.kept)
        studio = self.studio = MessageStudio(session, self.stack)
        self.stack.addWidget(studio)
        # Shown in the next turn of the event loop: making it and laying it out are each most of a tenth of a second.
        QTimer.singleShot(0, studio, partial(self.stack.setCurrentWidget, studio))
        studio.save_requested.connect(self.save)
        studio.submit_requested.connect(self.submit)
        studio.public_wanted.connect(self.choose_public)
        studio.page_wanted.connect(self.desk.go)
        studio.clip_wanted.connect(self.clip)
        studio.offer_clips()
        studio.checker.workspace_wanted.connect(partial(self._ask_workspace, studio))
        document.history_changed.connect(self._show_history)
        document.changed.connect(self._changed)
        session.refused.connect(self._show_refusal)
        if self._panels:
            studio.restore_layout(self._panels)
        studio.checker.ask_workspace()
        self._show_history()
        if opened.elsewhere:
            words = tr("这个模板在别处保存过。这里是上次没有保存的修改；保存会成为新的版本。")
            self.banner.tell(words, "warning", tr("丢弃修改"), self._drop_draft)
        elif opened.recovered:
            words = tr("已恢复上次没有保存的修改，可以撤销。")
            self.banner.tell(words, "accent", tr("丢弃修改"), self._drop_draft)

    def clip(self, request: ClipRequest) -> None:
        """Let a video be cut, and put what comes out where it was wanted."""
        studio = self.studio
        if studio is None:
            return
        studio.put_down()

        def put(row: Any, cover_ms: int) -> None:
            item = item_of(row)
            if self.studio is studio and item is not None:
                studio.media.put_cut(
                    replace(item, media=replace(item.media, cover_ms=cover_ms)), request.target
                )
            self.desk.changed.emit("materials")

        open_clip(self, request, put)

    def _ask_workspace(self, studio: MessageStudio, template: VideoTemplate) -> None:
        def told(problems: tuple[Problem, ...]) -> None:
            if self.studio is studio:
                studio.checker.put_workspace(problems)

        self.run(lambda service: service.video_templates.check(template), told, lambda _problems: None)

    def _put_signatures(self, found: Any) -> None:
        if self.studio is not None:
            self.studio.session.put_signatures(found)

    def _take_state(self, row: Any) -> None:
        """Show the state of the review; a save by another hand is met when this one saves."""
        if self._row is not None and self._row.id == row.id and row.revision == self._row.revision:
            self._row = row
            self._show_history()

    def _show_refusal(self, problems: tuple[Problem, ...]) -> None:
        """Say what was not taken, behind the name of the file it is about."""
        lines = []
        for found in problems[:5]:
            name = found.where.removeprefix(FILE) if found.where.startswith(FILE) else ""
            lines.append(about(name, str(messages.sentence(found, i18n.language()))))
        self.banner.tell("\n".join(lines), "danger")

    def _drop_draft(self) -> None:
        """Throw the unsaved work away and open the template as it was saved."""
        template_id, log = self._row.id, self._log
        self._log = None
        if log is not None:
            log.discard()
        self._close_studio()
        self.open(template_id=template_id)

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

    def _keep_panels(self, state: str) -> None:
        """Remember how large the panels are, in this window and for the next one."""
        if state != self._panels:
            self._panels = state
            self.desk.bridge.call(
                self.desk, lambda _service, _task: self.desk.settings.change(video_panels=state)
            )

    def _changed(self, _before: object, _after: object) -> None:
        if self.autosave.isChecked() and not self._autosave.isActive():
            self._autosave.start(self.desk.settings.value.autosave_seconds * 1000)

    def _document_do(self, name: str) -> None:
        if self.studio is not None:
            getattr(self.studio.session.document, name)()

    def _show_history(self) -> None:
        """Show what can be undone, and whether there is something to save."""
        studio = self.studio
        open_ = studio is not None
        for widget in (self.save_button, self.submit_button, self.preview_button, self.undo, self.redo):
            widget.setEnabled(open_)
        self.state.setVisible(open_)
        if studio is None:
            return
        document = studio.session.document
        template = document.template
        self.set_title(template.name or template.title or tr("未命名模板"))
        for tool_, words, code in (
            (self.undo, tr("撤销"), document.undo_code),
            (self.redo, tr("重做"), document.redo_code),
        ):
            tool_.setEnabled(bool(code))
            tool_.setToolTip(f"{words}: {step_words(code)}" if code else words)
        self.save_button.setEnabled(document.is_dirty and not self._saving)
        if self._saving:
            self.state.show_state(tr("正在保存"), "accent")
        elif document.is_dirty:
            self.state.show_state(tr("未保存"), "warning")
        else:
            state = self._row.state.value
            word = tr("已过期") if state == "expired" else states.word("card", state)
            self.state.show_state(word, "neutral" if state == "expired" else states.kind("card", state))
