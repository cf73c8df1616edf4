# SPDX-License-Identifier: Apache-2.0
"""The page of the video SMS editor: what it adds to `ui.document_page` are the sheet 提交审核, ready templates and cutting."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QMenu

from koodesk import messages
from koodesk.domain.problem import Problem, errors
from koodesk.domain.video_sms.rules import check_template
from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.editor.gallery import FILE
from koodesk.editor.recovery import Format
from koodesk.editor.video_sms.document import FORMAT, VideoDocument
from koodesk.editor.video_sms.media_work import ClipRequest
from koodesk.editor.video_sms.problems import FORM
from koodesk.editor.video_sms.session import VideoSession, VideoSurroundings
from koodesk.editor.video_sms.studio import MessageStudio
from koodesk.editor.video_sms.words import step_words
from koodesk.editor.words import about
from koodesk.preview.pictures import PictureSource
from koodesk.ui import i18n, icons
from koodesk.ui.document_page import DocumentPage
from koodesk.ui.i18n import tr
from koodesk.ui.opened import Words
from koodesk.ui.pages.studio.audience_rows import AudienceRows
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.pages.video.clip_sheet import open_clip
from koodesk.ui.pages.video.media_shelf import WorkspaceShelf, item_of
from koodesk.ui.pages.video.public_choice import offer_public
from koodesk.ui.pages.video.video_file import OpenedVideo, open_video, signature_choices


class VideoEditorPage(DocumentPage):
    """Edits one video SMS template; `open(template_id=...)` says which."""

    page_id = "video_editor"
    watches: ClassVar[tuple[str, ...]] = ("video", "filings", "reviews")
    resource: ClassVar[str] = "kooMessage:basicTemplate"
    argument: ClassVar[str] = "template_id"
    list_page: ClassVar[str] = "video_templates"
    kind: ClassVar[str] = "video"
    state_words: ClassVar[str] = "video_template"
    clash: ClassVar[str] = "video_sms.changed_elsewhere"
    panels: ClassVar[str] = "video_panels"
    log_format: ClassVar[Format[Any]] = FORMAT

    studio: MessageStudio | None

    def words(self) -> Words:
        """Return what this page calls things."""
        return Words(
            tr("视频短信模板"),
            tr("返回模板管理"),
            tr("这个模板在别处保存过。这里是上次没有保存的修改；保存会成为新的版本。"),
            tr("这个模板刚刚在别处保存过，两边的内容都还在。"),
        )

    def step_word(self, code: str) -> str:
        """Return what a step of the history is called."""
        return step_words(code)

    def store(self, service: Any) -> Any:
        """Return the video SMS templates of the service."""
        return service.video_templates

    def load(self, service: Any, document_id: int, kept: PictureSource | None) -> OpenedVideo:
        """Read a template."""
        return open_video(service, document_id, kept)

    def make_studio(self, opened: OpenedVideo) -> MessageStudio:
        """Make the studio of a template."""
        around = VideoSurroundings(
            opened.rules,
            opened.phones,
            opened.measure,
            opened.pictures,
            WorkspaceShelf(self),
            WindowLook(),
            AudienceRows(self),
        )
        document = opened.resumed.document
        assert isinstance(document, VideoDocument)  # its log is of that format
        session = VideoSession(document, around, self)
        session.put_signatures(opened.signatures)
        session.refused.connect(self._show_refusal)
        studio = MessageStudio(session, self.stack)
        studio.submit_requested.connect(self.submit)
        studio.public_wanted.connect(self.choose_public)
        studio.page_wanted.connect(self.desk.go)
        studio.clip_wanted.connect(self.clip)
        studio.offer_clips()
        studio.checker.workspace_wanted.connect(partial(self._ask_workspace, studio))
        studio.checker.ask_workspace()
        return studio

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

    def put_down(self) -> None:
        """Accept what is being typed and close the sheet."""
        if self.studio is not None:
            self.studio.put_down()
            self.studio.sheet.hide()

    # --- submitting -------------------------------------------------------------------------------------------

    def ask_submit(self) -> None:
        """Open the sheet 提交审核."""
        if self.studio is not None:
            self.studio.open_sheet()

    def wait_for_submit(self, on: bool) -> None:
        """Let the sheet wait."""
        if self.studio is not None:
            self.studio.sheet.wait(on)

    def tell_submitted(self, row: Any) -> None:
        """Close the sheet and say that the template was handed in."""
        del row
        if self.studio is not None:
            self.studio.sheet.accept()
        self.banner.tell(tr("已提交审核，每家运营商分别给出结果。"), "success")

    def tell_refusal(self, problems: tuple[Problem, ...]) -> None:
        """Say why the template was not taken, with a way to the place."""
        studio, first = self.studio, problems[0]
        assert studio is not None  # told only of the template in sight
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

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the ready templates."""
        menu.addAction(icons.icon("layout-template"), tr("公共模板"), self.choose_public)

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
