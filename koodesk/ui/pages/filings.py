# SPDX-License-Identifier: Apache-2.0
"""Enterprise filings (企业备案): two records of smart messages, one of video SMS and one of the service account, each with
papers, state and reasons; the last with the company's data besides."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from koodesk import messages
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.platform import Platform
from koodesk.ui import i18n, states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.filing_company import CompanyForm
from koodesk.ui.reasons import reason_lines
from koodesk.ui.times import due_note, minute, size
from koodesk.ui.widgets.basics import Card, Chip, button, label, line
from koodesk.ui.widgets.empty import Skeleton
from koodesk.ui.widgets.file_dialogs import ask_where_to_save
from koodesk.ui.widgets.layouts import clear


class PaperLine(QWidget):
    """One paper: its name and rule, the files in its place, and what one can do."""

    def __init__(self, paper: Any, page: FilingsPage, editable: bool) -> None:
        super().__init__()
        self.setAcceptDrops(editable)
        self._paper = paper
        self._page = page
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = paper.name_zh if i18n.language() == "zh" else paper.name_en
        words.addWidget(label(f"{name} *" if paper.required else name))
        when = paper.when_zh if i18n.language() == "zh" else paper.when_en
        if when:
            words.addWidget(label(when, "second", wrap=True))
        rule = tr("{types}，每份不超过 {size}", types=" / ".join(paper.types), size=size(paper.max_bytes))
        if paper.limit_source == "Koodesk":
            rule += tr("（平台未公布限制，这是 Koodesk 的安全上限）")
        rule += tr("；可上传多份") if paper.many else tr("；只能一份，再次上传会替换")
        words.addWidget(label(rule, "hint", wrap=True))
        self.wrong = label("", "danger", wrap=True)
        self.wrong.hide()
        files = QVBoxLayout()
        files.setSpacing(4)
        for file in paper.files:
            entry = QHBoxLayout()
            entry.addWidget(Chip(file.name, "success", "file-text"))
            entry.addWidget(label(size(file.size), "hint"))
            remove = button(tr("移除"), partial(page.remove, paper.id, file.digest), kind="link")
            remove.setEnabled(editable)
            page.guard(remove, "kooMessage:enterpriseFiling:update")
            entry.addWidget(remove)
            entry.addStretch(1)
            files.addLayout(entry)
        words.addLayout(files)
        words.addWidget(self.wrong)
        row.addLayout(words, 1)
        if paper.letter:
            letter = button(
                tr("下载样例"),
                lambda: page.letter(paper.id),
                kind="link",
                icon="download",
                name=f"sample-{paper.id}",
            )
            row.addWidget(letter, 0, Qt.AlignmentFlag.AlignTop)
        self.upload = upload = button(
            tr("替换文件") if paper.files and not paper.many else tr("上传文件"),
            lambda: page.choose(paper.id),
            icon="upload",
            name=f"upload-{paper.id}",
        )
        upload.setEnabled(editable)
        upload.setAccessibleName(f"{tr('上传文件')} {name}")
        page.guard(upload, "kooMessage:enterpriseFiling:update")
        row.addWidget(upload, 0, Qt.AlignmentFlag.AlignTop)

    def has_focus(self) -> bool:
        """Tell whether the keyboard is at one of the buttons here."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def dragEnterEvent(self, event: Any) -> None:
        """Take files from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        """Attach what was dropped."""
        self._page.attach(
            self._paper.id, [u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()]
        )


class FilingsPage(Page):
    """Choose a record, give its papers, hand it in, follow the review."""

    page_id = "filings"
    icon = "building-2"
    watches: ClassVar[tuple[str, ...]] = ("filings", "reviews", "engine")

    def build(self) -> None:
        """Lay out the tabs and the card."""
        self.set_title(tr("企业备案"), tr("备案审核通过后才能提交模板和发送；各项备案相互独立"))
        self.kind = FilingKind.SEND_TASK
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setObjectName("filing-tabs")
        for kind, text in (
            (FilingKind.SEND_TASK, tr("发送任务备案信息")),
            (FilingKind.SHORT_LINK, tr("生成短链备案信息")),
            (FilingKind.VIDEO_SMS, tr("智能信息基础版备案信息")),
            (FilingKind.SERVICE_ACCOUNT, tr("智能信息服务号备案信息")),
        ):
            number = self.tabs.addTab(text)
            self.tabs.setTabData(number, kind)
        self.tabs.currentChanged.connect(self._choose_kind)
        self.body.addWidget(self.tabs)
        self.card = Card()
        self.state_row = QHBoxLayout()
        self.card.body.addLayout(self.state_row)
        self.about = label("", "second", wrap=True)
        self.about.setObjectName("filing-licence-type")
        self.card.body.addWidget(self.about)
        self.reasons = label("", "danger", wrap=True, selectable=True)
        self.card.body.addWidget(self.reasons)
        self.company_place = QVBoxLayout()
        self.company: CompanyForm | None = None
        self.card.body.addLayout(self.company_place)
        self.papers = QVBoxLayout()
        self.papers.setSpacing(4)
        self.papers.addWidget(Skeleton(5))
        self.card.body.addLayout(self.papers)
        self.submit_button = button(tr("提交"), self.submit, kind="primary", name="filing-submit")
        self.guard(self.submit_button, "kooMessage:enterpriseFiling:update")
        foot = QHBoxLayout()
        self.foot_note = label("", "hint", wrap=True)
        foot.addWidget(self.submit_button)
        foot.addWidget(self.foot_note, 1)
        self.card.body.addLayout(foot)
        self.body.addWidget(self.card)
        self.body.addStretch(1)
        self._lines: dict[str, PaperLine] = {}
        self._shown: Any = None
        self._typed = False
        self._seen: Any = None

    def open(self, **arguments: Any) -> None:
        """Show the record that was asked for: `kind` is the value of a FilingKind."""
        wanted = arguments.get("kind", self.kind)
        for number in range(self.tabs.count()):
            if self.tabs.tabData(number) == wanted:
                self.tabs.setCurrentIndex(number)

    def _choose_kind(self, number: int) -> None:
        self.kind = FilingKind(self.tabs.tabData(number))
        self.banner.hide()
        self.refresh()

    def refresh(self) -> None:
        """Fetch the record shown."""
        kind = self.kind

        def work(service: Any) -> Any:
            return service.filings.rules_of(kind).company, service.filings.get(kind)

        def show(found: Any) -> None:
            self._show_company(kind, *found)
            self._show(found[1])

        self.run(work, show)

    def _show_company(self, kind: FilingKind, rules: Any, filing: Any) -> None:
        """Make the form of the company's data for a record that asks for it; what is being typed stays."""
        if kind is not self.kind:
            return
        if rules is None:
            clear(self.company_place)
            self.company = None
            return
        if self.company is None:
            self.company = CompanyForm(rules, self._company_typed)
            self.company_place.addWidget(self.company)
            self._typed = False
        if not self._typed or not filing.editable:
            self._seen = filing.company
            self.company.show_data(filing.company, editable=filing.editable)

    def _company_typed(self) -> None:
        self._typed = True

    def _ask_once(self) -> None:
        """Somebody else has stored other company data: what was typed stays, and handing it in again replaces theirs."""
        kind = self.kind

        def known(filing: Any) -> None:
            if kind is self.kind:
                self._seen = filing.company

        self.run(lambda service: service.filings.get(kind), known)

    def _show(self, filing: Any) -> None:
        if filing.kind is not self.kind or filing == self._shown:
            return
        self._shown = filing
        clear(self.state_row)
        self.state_row.addWidget(
            Chip(states.word("filing", filing.state.value), states.kind("filing", filing.state.value))
        )
        if filing.progress.submitted_ms:
            when = tr("提交于 {when}", when=minute(filing.progress.submitted_ms))
            self.state_row.addWidget(label(when, "hint"))
        if self.desk.platform is Platform.CLOUD and filing.state is FilingState.WAITING:
            # Nobody hands it in for her: the cloud has no API for filings.
            self.state_row.addWidget(
                button(tr("到控制台办理…"), lambda: self.desk.go("dossiers"), kind="link", name="go-dossiers")
            )
        self.state_row.addStretch(1)
        licence = filing.licence_type_zh if i18n.language() == "zh" else filing.licence_type_en
        # How long it takes is published for these records only (3.3.2, 4.3.2).
        in_days = filing.kind in (FilingKind.VIDEO_SMS, FilingKind.SERVICE_ACCOUNT) and (
            filing.state is not FilingState.APPROVED
        )
        fixed = filing.kind is not FilingKind.SERVICE_ACCOUNT
        self.about.setText(
            (tr("企业证件类型：{type}（固定）。", type=licence) if fixed else "")
            + messages.word(f"filing.about.{filing.state.value}", i18n.language())
            + (tr("3 个工作日内完成审核。") if in_days else "")
        )
        shown = reason_lines(filing.progress.reasons)
        self.reasons.setText(shown)
        self.reasons.setVisible(bool(shown) and filing.state.value == "rejected")
        held = next((paper for paper, made in self._lines.items() if made.has_focus()), "")
        clear(self.papers)
        self._lines = {}
        for number, paper in enumerate(filing.papers):
            if number:
                self.papers.addWidget(line())
            made = PaperLine(paper, self, filing.editable)
            self._lines[paper.id] = made
            self.papers.addWidget(made)
            self.setTabOrder(made.upload, self.submit_button)
        if held in self._lines:
            self._lines[held].upload.setFocus()
        self.submit_button.setEnabled(filing.editable)
        if not filing.editable:
            when = minute(filing.progress.due_ms)
            note = due_note(filing.progress.calendar)
            self.foot_note.setText(
                tr("审核中，不能修改。预计 {when} 有结果（引擎时钟）。", when=when)
                + (f" {note}" if note else "")
            )
        elif papers := [p for p in filing.missing if p.where.startswith("paper:")]:
            self.foot_note.setText(tr("还缺 {count} 份必填材料。", count=len(papers)))
        elif filing.missing:
            self.foot_note.setText(tr("企业信息还没有填写完整。"))
        else:
            self.foot_note.setText("")

    def choose(self, paper: str) -> None:
        """Ask for files of a paper."""
        dialog = QFileDialog(self, tr("选择文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self.attach(paper, paths))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def attach(self, paper: str, paths: list[str]) -> None:
        """Attach files to a paper."""
        kind = self.kind

        def work(service: Any) -> Any:
            filing = None
            for path in paths:
                filing = service.filings.attach(kind, paper, Path(path))
            return filing

        def done(filing: Any) -> None:
            self.banner.hide()
            self._show(filing)

        def failed(problems: Any) -> None:
            made = self._lines.get(paper)
            if made is None:
                self.show_problems(problems)
                return
            made.wrong.setText(self.desk.say(problems))
            made.wrong.show()

        if paths:
            self.run(work, done, failed)

    def remove(self, paper: str, digest: str) -> None:
        """Take a file away."""
        kind = self.kind
        self.run(lambda service: service.filings.remove(kind, paper, digest), self._show)

    def letter(self, paper: str) -> None:
        """Save a sample letter."""
        name = next((one.name_zh for one in self._shown.papers if one.id == paper), paper).replace("/", "-")

        def save(path: Path) -> None:
            self.run(
                lambda service: service.filings.sample_letter(paper, path),
                lambda _: self.banner.tell(tr("样例已保存。"), "success"),
            )

        ask_where_to_save(self, tr("保存样例"), f"{name}.docx", save, "Word (*.docx)")

    def submit(self) -> None:
        """Hand the record in."""
        kind = self.kind
        company = self.company.data if self.company is not None else None
        seen = self._seen
        kept: list[Any] = []

        def work(service: Any) -> Any:
            if company is not None:
                kept.append(service.filings.set_company(kind, company, seen).company)
            return service.filings.submit(kind)

        def done(filing: Any) -> None:
            self._typed = False
            self._seen = filing.company
            if self.company is not None:
                self.company.show_data(filing.company, editable=filing.editable)
            self._show(filing)
            words = tr("已提交，等待审核。可以在审核台人工审核，或把引擎时钟快进。")
            if filing.state is FilingState.APPROVED:
                words = tr("修改已提交，审核状态不变。")
            self.banner.tell(words, "success")
            self.desk.changed.emit("filings")

        def failed(problems: Any) -> None:
            if kept:  # stored all the same: what was refused came after
                self._seen = kept[0]
            if self.company is not None:
                problems = self.company.show_problems(problems)
            if any(one.code == "filing.company_changed" for one in problems):
                self._ask_once()
            for problem in problems:
                made = self._lines.get(problem.where.removeprefix("paper:"))
                if made is not None:
                    made.wrong.setText(self.desk.say((problem,)))
                    made.wrong.show()
            self.show_problems(problems)

        self.run(work, done, failed)
