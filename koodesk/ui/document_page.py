# SPDX-License-Identifier: Apache-2.0
"""The page of an editor: a studio with its toolbar, and the life of one document (open, save, submit, recover).

Saving, by hand or by itself, never blocks: edits made meanwhile stay unsaved and are saved next. Unsaved work is kept by
the recovery log and comes back with its history. A page of cards and a page of video SMS add what is theirs.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QToolButton

from koodesk.domain.problem import Problem
from koodesk.editor.recovery import CARD, Format, RecoveryLog
from koodesk.preview.pictures import PictureSource
from koodesk.ui import states
from koodesk.ui.desk import Desk
from koodesk.ui.feedback import FeedbackSheet
from koodesk.ui.i18n import tr
from koodesk.ui.opened import Opened, Words
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Chip, button, tool
from koodesk.ui.widgets.empty import Skeleton


class DocumentPage(Page):
    """Edits one document; `open(<argument>=...)` says which.

    `store` gives the part of the service that opens, saves and submits by id; a save over another hand's work is refused
    with `clash`. `state_words` names the words of the review (`ui.states`), `kind` what `Desk.changed` calls these documents.
    """

    icon = "pencil"
    resource: ClassVar[str]
    """What the rights of this page are about: `kooMessage:devTemplate`."""
    argument: ClassVar[str]
    list_page: ClassVar[str]
    kind: ClassVar[str]
    state_words: ClassVar[str]
    clash: ClassVar[str]
    panels: ClassVar[str]
    """The setting that remembers the studio's panels."""

    log_format: ClassVar[Format[Any]] = CARD

    studio: Any
    """The studio while one is open: a widget with `session`, `canvas`, `stop`, `layout_state` and `restore_layout`."""

    def __init__(self, desk: Desk) -> None:
        self.studio = None
        self._row: Any = None
        self._pictures: PictureSource | None = None
        self._log: RecoveryLog | None = None
        self._wanted = 0
        self._saving = False
        self._submit_next = 0
        self._panels: str = getattr(desk.settings.value, self.panels)
        super().__init__(desk, scroll=False)

    # --- what a page of one kind gives -------------------------------------------------------------------------

    @abstractmethod
    def words(self) -> Words:
        """Return what this page calls things, in the language in force."""

    @abstractmethod
    def step_word(self, code: str) -> str:
        """Return what a step of the history is called."""

    @abstractmethod
    def store(self, service: Any) -> Any:
        """Return the part of the service that has `open`, `save` and `submit`."""

    @abstractmethod
    def load(self, service: Any, document_id: int, kept: PictureSource | None) -> Opened:
        """Read a document; off the window's thread."""

    @abstractmethod
    def make_studio(self, opened: Any) -> Any:
        """Make the studio of what was opened, with its signals that only this page answers."""

    @abstractmethod
    def ask_submit(self) -> None:
        """Answer the button 提交审核."""

    @abstractmethod
    def preview(self) -> None:
        """Show the phones in a window of their own (预览)."""

    @abstractmethod
    def tell_submitted(self, row: Any) -> None:
        """Say that the document was handed in."""

    @abstractmethod
    def tell_refusal(self, problems: tuple[Problem, ...]) -> None:
        """Say why the document was not taken, with a way to the place."""

    def fill_menu(self, menu: QMenu) -> None:
        """Add what stands above 自动保存 in the menu of tools."""

    def put_down(self) -> None:
        """Accept what is being typed, and close what stands before the studio."""
        self.studio.canvas.put_down()

    def wait_for_submit(self, on: bool) -> None:
        """Show that the document is being handed in."""

    # --- the page ----------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Lay out the toolbar and the place of the studio."""
        words = self.words()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.state = Chip()
        self.undo = tool("undo-2", tr("撤销"), lambda: self._document_do("undo"))
        self.redo = tool("redo-2", tr("重做"), lambda: self._document_do("redo"))
        self.back = tool("chevron-left", words.back, lambda: self.desk.go(self.list_page))
        head = self.head.layout()
        assert isinstance(head, QHBoxLayout)  # the page's head is a row
        head.setContentsMargins(12, 10, 16, 10)
        head.insertWidget(0, self.back)
        for widget in (self.state, self.undo, self.redo):
            self.head_actions.addWidget(widget)
        name = self.page_id
        self.save_button = self.add_action(
            button(tr("保存"), self.save, icon="save", name=f"{name}-save"), f"{self.resource}:create"
        )
        self.head_actions.addWidget(self._tools_menu())
        self.preview_button = self.add_action(
            button(tr("预览"), self.preview, icon="eye", name=f"{name}-preview")
        )
        self.submit_button = self.add_action(
            button(
                tr("提交审核"), self.ask_submit, kind="primary", icon="clipboard-check", name=f"{name}-submit"
            ),
            f"{self.resource}:submit",
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(Skeleton(6))
        self.body.addWidget(self.stack, 1)
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.timeout.connect(self.save)
        self.set_title(words.title)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._close_log)
        self._show_history()

    def open(self, **arguments: Any) -> None:
        """Open a document; the one that is open stays when it is asked for again."""
        wanted = int(arguments.get(self.argument, 0))
        if not wanted or (self._shows(wanted) and self.studio is not None):
            return
        self._close_studio()
        self._wanted = wanted
        self.stack.setCurrentIndex(0)
        self.banner.hide()
        window_thread, kept = self.thread(), self._pictures

        def work(service: Any) -> Opened:
            opened = self.load(service, wanted, kept)
            opened.resumed.document.moveToThread(window_thread)
            return opened

        self.run(work, self._opened)

    def leave(self) -> bool:
        """Save what is unsaved on the way out; nothing has to be asked."""
        if self.studio is not None:
            self.put_down()
            self._keep_panels(self.studio.layout_state())
            self.save()
        return True

    # --- saving ------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the document as it is now (保存)."""
        if self.studio is None or self._saving or not self.studio.session.document.is_dirty:
            return
        if self.desk.why_not(f"{self.resource}:create"):
            return  # who may only look may try things; the recovery log keeps them
        self._saving = True
        document, row = self.studio.session.document, self._row
        template = document.template
        self._show_history()

        def saved(new: Any) -> None:
            self._saving = False
            submit, self._submit_next = self._submit_next == new.id, 0
            if self._shows(new.id):
                self._row = new
                document.mark_saved(document.digest_of(template))
            self._show_history()  # another document may be open by now, which waited for this one
            self.desk.changed.emit(self.kind)
            if submit:
                self._hand_in(new)

        def failed(problems: tuple[Problem, ...]) -> None:
            self._saving, self._submit_next = False, 0
            self._autosave.stop()
            self._show_history()
            if self.studio is not None:
                self.wait_for_submit(False)
            self._tell_save_failed(row.id, problems)

        self.run(lambda service: self.store(service).save(row.id, template, row.revision), saved, failed)

    def _tell_save_failed(self, row_id: int, problems: tuple[Problem, ...]) -> None:
        if any(p.code == self.clash for p in problems):
            self.run(lambda service: self.store(service).open(row_id), self._settle)
        else:
            self.show_problems(problems)

    def _settle(self, opened: Any) -> None:
        """Another hand has saved the document: go on when it was this very work, otherwise let the user decide."""
        row, template = opened
        if self.studio is None or not self._shows(row.id):
            return
        self._row = row
        document = self.studio.session.document
        stored = document.digest_of(template)
        if document.has_been(stored):
            document.mark_saved(stored)
            self.save()
            return
        self.banner.tell(self.words().elsewhere_now, "warning", tr("用这里的内容保存"), self.save)

    # --- submitting --------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Save, then hand the document in for review; what stands against it is shown where it is."""
        if self.studio is None or self._submit_next:
            return
        self.studio.canvas.put_down()
        self._submit_next = self._row.id
        self.wait_for_submit(True)
        if self._saving:  # its next revision is not known until it is saved
            self._show_history()
            return
        self._saving = True
        document, row = self.studio.session.document, self._row
        template = document.template
        self._show_history()

        def work(service: Any) -> Any:
            store = self.store(service)
            return store.submit(store.save(row.id, template, row.revision).id)

        def done(new: Any) -> None:
            self._saving, self._submit_next = False, 0
            if self._shows(new.id):
                document.mark_saved(document.digest_of(template))
            self._handed_in(new)

        self.run(work, done, partial(self._not_handed_in, row.id))

    def _hand_in(self, row: Any) -> None:
        """Submit what was just saved, whether it still is in sight or not: the user has asked for it."""
        if self._shows(row.id) and self.studio is not None:
            self.submit()
            return
        self.run(lambda service: self.store(service).submit(row.id), self._handed_in)

    def _handed_in(self, row: Any) -> None:
        if self._shows(row.id) and self.studio is not None:
            self._row = row
            self.wait_for_submit(False)
            self.tell_submitted(row)
        self._show_history()
        self.desk.changed.emit(self.kind)
        self.desk.changed.emit("reviews")

    def _not_handed_in(self, row_id: int, problems: tuple[Problem, ...]) -> None:
        self._saving, self._submit_next = False, 0
        self._show_history()
        if not self._shows(row_id) or self.studio is None:
            self.show_problems(problems)
            return
        self.wait_for_submit(False)
        if any(p.code == self.clash for p in problems):
            self.put_down()
            self._tell_save_failed(row_id, problems)
            return
        self.run(lambda service: self.store(service).open(row_id), self._renew)
        self.tell_refusal(problems)

    def _renew(self, opened: Any) -> None:
        """What was saved before the refusal is the latest now."""
        row, template = opened
        if self.studio is not None and self._shows(row.id):
            self._row = row
            document = self.studio.session.document
            document.mark_saved(document.digest_of(template))
            self._show_history()

    # --- inside ------------------------------------------------------------------------------------------------

    def _shows(self, document_id: int) -> bool:
        return self._row is not None and self._row.id == document_id

    def _tools_menu(self) -> QToolButton:
        made = tool("ellipsis", tr("工具"))
        made.setObjectName("document-tools")
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        self.fill_menu(menu)
        menu.addSeparator()
        self.autosave = menu.addAction(tr("自动保存"))
        self.autosave.setCheckable(True)
        self.autosave.setChecked(True)
        menu.addAction(tr("反馈"), self.feedback)
        made.setMenu(menu)
        return made

    def feedback(self) -> None:
        """Write down what went wrong with the open document (反馈)."""
        if self.studio is None:
            return
        template = self.studio.session.document.template
        problems = ", ".join(sorted({problem.code for problem in self.studio.session.problems})) or "—"
        facts = (
            (tr("页面"), self.title_label.text()),
            (tr("版式"), str(getattr(template, "layout", "video SMS"))),
            (tr("检查结果"), problems),
        )
        FeedbackSheet(self, facts).open()

    def _opened(self, opened: Opened) -> None:
        if opened.row.id != self._wanted:
            return
        self._row, self._pictures = opened.row, opened.pictures
        document = opened.resumed.document
        self._log = RecoveryLog(document, opened.log_path, document.saved_digest, self.log_format)
        self._log.begin(keep=opened.resumed.kept)
        studio = self.studio = self.make_studio(opened)
        document.setParent(studio.session)
        self.stack.addWidget(studio)
        # Shown in the next turn of the event loop: making it and laying it out are each most of a tenth of a second.
        QTimer.singleShot(0, studio, partial(self.stack.setCurrentWidget, studio))
        studio.save_requested.connect(self.save)
        document.history_changed.connect(self._show_history)
        document.changed.connect(self._changed)
        if self._panels:
            studio.restore_layout(self._panels)
        self.show_panels()
        self._show_history()
        if opened.resumed.elsewhere:
            self.banner.tell(self.words().elsewhere, "warning", tr("丢弃修改"), self._drop_draft)
        elif opened.resumed.recovered:
            words = tr("已恢复上次没有保存的修改，可以撤销。")
            self.banner.tell(words, "accent", tr("丢弃修改"), self._drop_draft)

    def show_panels(self) -> None:
        """Show which panels the studio has in sight, where the page says so."""

    def _drop_draft(self) -> None:
        """Throw the unsaved work away and open the document as it was saved."""
        document_id, log = self._row.id, self._log
        self._log = None
        if log is not None:
            log.discard()
        self._close_studio()
        self.open(**{self.argument: document_id})

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
        """Remember which panels are shown and how large, in this window and for the next one."""
        if state != self._panels:
            self._panels = state
            change = {self.panels: state}
            self.desk.bridge.call(self.desk, lambda _service, _task: self.desk.settings.change(**change))

    def _changed(self, _before: object, _after: object) -> None:
        if self.autosave.isChecked() and not self._autosave.isActive():
            self._autosave.start(self.desk.settings.value.autosave_seconds * 1000)

    def _document_do(self, name: str) -> None:
        if self.studio is not None:
            getattr(self.studio.session.document, name)()

    def _show_history(self) -> None:
        """Show what can be undone, and whether there is something to save."""
        open_ = self.studio is not None
        for widget in (self.save_button, self.preview_button, self.undo, self.redo):
            widget.setEnabled(open_)
        self.submit_button.setEnabled(open_ and not self._submit_next)
        self.state.setVisible(open_)
        if not open_:
            return
        document = self.studio.session.document
        self.set_title(document.template.name or getattr(document.template, "title", "") or tr("未命名模板"))
        for widget, words, code in (
            (self.undo, tr("撤销"), document.undo_code),
            (self.redo, tr("重做"), document.redo_code),
        ):
            widget.setEnabled(bool(code))
            widget.setToolTip(f"{words}: {self.step_word(code)}" if code else words)
        self.save_button.setEnabled(document.is_dirty and not self._saving)
        if self._saving:
            self.state.show_state(tr("正在保存"), "accent")
        elif document.is_dirty:
            self.state.show_state(tr("未保存"), "warning")
        else:
            state = self._row.state.value
            words, kind = states.word(self.state_words, state), states.kind(self.state_words, state)
            self.state.show_state(words, kind)
