# SPDX-License-Identifier: Apache-2.0
"""The page of the card editor: what it adds to `ui.document_page` are versions, exports and the panels one can hide."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import shiboken6
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from koodesk import messages
from koodesk.domain.checks import check
from koodesk.domain.problem import Problem, errors
from koodesk.editor.document import TemplateDocument
from koodesk.editor.session import Session, Surroundings
from koodesk.editor.step_names import step_name
from koodesk.editor.studio import Studio
from koodesk.editor.versions_panel import Version, VersionsPanel
from koodesk.editor.wall_look import WallLook
from koodesk.editor.wall_window import WallWindow
from koodesk.preview.pictures import PictureSource
from koodesk.ui import i18n, icons
from koodesk.ui.document_page import DocumentPage
from koodesk.ui.i18n import tr
from koodesk.ui.opened import Words
from koodesk.ui.pages.resolve.phone_sheet import PhoneSheet
from koodesk.ui.pages.studio.audience_rows import AudienceRows
from koodesk.ui.pages.studio.card_file import (
    OpenedCard,
    export_pictures,
    open_card,
    saved_versions,
    write_review_sheet,
)
from koodesk.ui.pages.studio.material_gallery import MaterialGallery
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.reasons import said_of


class EditorPage(DocumentPage):
    """Edits one card; `open(card_id=...)` says which."""

    page_id = "editor"
    resource: ClassVar[str] = "kooMessage:devTemplate"
    argument: ClassVar[str] = "card_id"
    list_page: ClassVar[str] = "studio"
    kind: ClassVar[str] = "cards"
    state_words: ClassVar[str] = "card"
    clash: ClassVar[str] = "card.saved_elsewhere"
    panels: ClassVar[str] = "editor_panels"

    studio: Studio | None

    def words(self) -> Words:
        """Return what this page calls things."""
        return Words(
            tr("模板编辑"),
            tr("返回模板"),
            tr("这张卡片在别处保存过。这里是上次没有保存的修改；保存会成为新的版本。"),
            tr("这张卡片刚刚在别处保存过，两边的内容都还在。"),
        )

    def step_word(self, code: str) -> str:
        """Return what a step of the history is called."""
        return step_name(code)

    def store(self, service: Any) -> Any:
        """Return the cards of the service."""
        return service.cards

    def load(self, service: Any, document_id: int, kept: PictureSource | None) -> OpenedCard:
        """Read a card."""
        return open_card(service, document_id, kept)

    def make_studio(self, opened: OpenedCard) -> Studio:
        """Make the studio of a card."""
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
        document = opened.resumed.document
        assert isinstance(document, TemplateDocument)  # its log is of that format
        session = Session(document, around, self)
        session.refused.connect(self.show_problems)
        session.put_said(said_of(opened.row))
        studio = Studio(session, self.stack)
        studio.wall_wanted.connect(self.preview)
        return studio

    def show_panels(self) -> None:
        """Tick the panels that are in sight."""
        if self.studio is not None:
            for name, shown in self.studio.shown_panels().items():
                self._panel_actions[name].setChecked(shown)

    # --- submitting ------------------------------------------------------------------------------------------

    def ask_submit(self) -> None:
        """Hand the card in."""
        self.submit()

    def tell_submitted(self, row: Any) -> None:
        """Say that the card was handed in, and as how many templates."""
        words = tr("已提交审核，每个厂商分别给出结果。")
        if row.parts:
            names, count = tr("、").join(row.parts), len(row.parts)
            words = tr("有厂商专用内容，已分成 {count} 个模板提交审核：{names}。", count=count, names=names)
        self.banner.tell(words, "success")

    def tell_refusal(self, problems: tuple[Problem, ...]) -> None:
        """Say why the card was not taken, with a way to the place: on the card, or among the filings."""
        studio = self.studio
        assert studio is not None  # told only of the card in sight
        studio.checker.check_now()
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

    # --- other things the toolbar offers ----------------------------------------------------------------------

    def preview(self) -> None:
        """Show the whole phones of all vendors (预览)."""
        if self.studio is not None:
            window = WallWindow(self.studio.session, self)
            window.export_wanted.connect(self.export_sheet)
            window.show()

    def on_phone(self) -> None:
        """Show the card as it stands in the editor on a real phone (在手机上看)."""
        if self.studio is None:
            return
        template = self.studio.session.document.template
        PhoneSheet(self, template.name, template.vendors, lambda _: template).open()

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

    def fill_menu(self, menu: QMenu) -> None:
        """Offer what is done to the whole card, and the panels one can hide."""
        menu.addAction(icons.icon("wand-sparkles"), tr("图像优化"), lambda: self._studio_do("optimise"))
        menu.addAction(icons.icon("book-open"), tr("操作规范"), lambda: self._studio_do("open_rules"))
        menu.addAction(icons.icon("smartphone"), tr("在手机上看"), self.on_phone)
        menu.addAction(icons.icon("clock"), tr("版本"), self.versions)
        menu.addAction(icons.icon("download"), tr("导出图片"), self.export)
        menu.addSeparator()
        self._panel_actions: dict[str, QAction] = {}
        for name, words in (
            ("show_layers", tr("显示图层")),
            ("show_inspector", tr("显示检查器")),
            ("show_dock", tr("显示厂商预览")),
        ):
            action = self._panel_actions[name] = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(lambda on, method=name: self._studio_do(method, on))

    def _studio_do(self, name: str, *values: object) -> None:
        if self.studio is not None:
            getattr(self.studio, name)(*values)
