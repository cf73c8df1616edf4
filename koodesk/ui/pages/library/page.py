# SPDX-License-Identifier: Apache-2.0
"""The library's page: find, sort, add and delete materials; the chosen one is shown beside the tiles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QStackedWidget, QWidget

from koodesk.domain.problem import Problem
from koodesk.editor.words import about
from koodesk.preview.render import png
from koodesk.ui.bridge import Task
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.library.detail import Detail
from koodesk.ui.pages.library.tiles import MaterialsModel, MaterialTiles
from koodesk.ui.widgets.basics import button, label, row
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState, Skeleton
from koodesk.ui.widgets.forms import choice, line_edit

FILES: Final = "*.png *.jpg *.jpeg *.gif *.mp4 *.3gp *.mp3 *.wav"
SEARCH_AFTER_MS: Final = 200
_MOST_TOLD: Final = 5


class LibraryPage(Page):
    """图库."""

    page_id = "library"
    icon = "image"
    watches: ClassVar[tuple[str, ...]] = ("materials", "cards")

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the filters, the tiles and the chosen material."""
        self.set_title(tr("图库"), tr("图片和视频；可以把文件拖进来，或者直接粘贴"))
        self.setAcceptDrops(True)
        self.search = line_edit(tr("按名称或标签搜索"), limit=60)
        self.search.setFixedWidth(220)
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("按名称或标签搜索"))
        self.head_actions.addWidget(self.search)
        self.add_button = self.add_action(
            button(tr("添加文件"), self.ask_files, kind="primary", icon="upload", name="library-add"),
            "kooMessage:devMaterial:create",
        )
        self.kind = choice(
            [(tr("图片和视频"), "all"), (tr("只看图片"), "picture"), (tr("只看视频"), "video")]
        )
        self.tag = choice([(tr("所有标签"), "")])
        self.only = choice([(tr("全部素材"), ""), (tr("相似图片"), "alike"), (tr("没有模板在用"), "unused")])
        self.order = choice(
            [
                (tr("最新的在前"), "newest"),
                (tr("最早的在前"), "oldest"),
                (tr("按名称"), "name"),
                (tr("按文件大小"), "largest"),
                (tr("按像素"), "pixels"),
                (tr("按使用次数"), "used"),
            ]
        )
        for box, name in (
            (self.kind, tr("种类")),
            (self.tag, tr("标签")),
            (self.only, tr("筛选")),
            (self.order, tr("排序")),
        ):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setMinimumWidth(132)
            box.activated.connect(lambda _: self.refresh())
        self.count = label("", "hint")
        self.body.addLayout(row(self.kind, self.tag, self.only, self.order, 1, self.count))
        self._make_progress()
        self.model = MaterialsModel(self)
        self.tiles = MaterialTiles(self.model)
        self.detail = Detail(self)
        self.detail.hide()
        self.tiles.opened.connect(self._chosen)
        self.tiles.delete_wanted.connect(self.delete)
        self.empty = EmptyState(
            "image",
            tr("图库还是空的"),
            tr("把 PNG、JPG 图片或 MP4 视频拖到这里，或者点“添加文件”。模板里用到的素材也会出现在这里。"),
            tr("添加文件"),
            self.ask_files,
        )
        self.guard(self.empty.button, "kooMessage:devMaterial:create")
        self.none = EmptyState("search", tr("没有找到"), tr("换一个名称、标签或筛选试试。"))
        self.stack = QStackedWidget()
        for part in (Skeleton(8), self.empty, self.none, self.tiles):
            self.stack.addWidget(part)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.detail)
        self.body.addLayout(middle, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _: self._timer.start())
        paste = QAction(tr("粘贴"), self)
        paste.setShortcut(QKeySequence(QKeySequence.StandardKey.Paste))
        paste.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.triggered.connect(self.paste)
        self.addAction(paste)
        self._names: dict[str, str] = {}
        self._wanted = ""
        self._asked_looks = False

    def _make_progress(self) -> None:
        self.progress = QWidget()
        line = QHBoxLayout(self.progress)
        line.setContentsMargins(0, 0, 0, 0)
        self.progress_words = label("", "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(240)
        self._task: Task | None = None
        line.addWidget(self.bar)
        line.addWidget(self.progress_words)
        line.addStretch(1)
        line.addWidget(button(tr("取消"), self._cancel, kind="quiet"))
        self.progress.hide()
        self.body.addWidget(self.progress)

    # --- what is shown ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fetch what the filters ask for, and the tags there are."""
        text, kind, tag, order = self.search.text().strip(), self.kind.value, self.tag.value, self.order.value

        def work(service: Any) -> Any:
            rows = service.library.list(text, kind, tag, order)
            names = {r.digest: r.name for r in service.materials.list(kind="all")}
            return rows, service.library.tags(), names

        self.run(work, self._show)

    def open(self, **arguments: Any) -> None:
        """Choose a material when asked for one (`digest`)."""
        self._wanted = str(arguments.get("digest", ""))

    def name_of(self, digest: str) -> str:
        """Return a material's name."""
        return self._names.get(digest, digest[:8])

    def show_material(self, digest: str) -> None:
        """Choose another material; where the filters hide it, they are taken off."""
        if not self.tiles.choose(digest):
            self._wanted = digest
            self.search.clear()
            for box in (self.kind, self.tag, self.only):
                box.setCurrentIndex(0)
            self.refresh()

    def _show(self, found: Any) -> None:
        rows, tags, self._names = found
        if self.only.value == "alike":
            rows = tuple(r for r in rows if r.alike)
        elif self.only.value == "unused":
            rows = tuple(r for r in rows if not r.used_by)
        self.tag.put([(tr("所有标签"), ""), *((f"{t}（{n}）", t) for t, n in tags)], self.tag.value)
        current = self.tiles.current()
        asked, self._wanted = self._wanted, ""
        wanted = asked or ("" if current is None else current.material.digest)
        bar = self.tiles.verticalScrollBar()
        at = bar.value()
        self.model.show(rows)
        self.tiles.doItemsLayout()  # now: the place that was looked at stays
        bar.setValue(at)
        self.count.setText(tr("共 {count} 个", count=len(rows)))
        shown = self.tiles if rows else self.none if self._names else self.empty
        self.stack.setCurrentWidget(shown)
        if not wanted or not self.tiles.choose(wanted, reveal=bool(asked)):
            self._chosen(None)
        else:
            self._chosen(self.tiles.current())
        if not self._asked_looks and not self.desk.why_not("kooMessage:devMaterial:update"):
            # Pictures from before looks were kept: they learn theirs once, in the background.
            self._asked_looks = True
            self.run_long(
                lambda service, task: service.library.learn_looks(cancel=task.cancelled),
                lambda made: self.refresh() if made else None,
                lambda _problems: None,
            )

    def _chosen(self, found: Any) -> None:
        self.detail.setVisible(found is not None)
        if found is not None:
            self.detail.show_row(found)

    # --- changes ----------------------------------------------------------------------------------------------

    def change(self, work: Callable[[Any], Any], undone: Callable[[], None] | None = None) -> None:
        """Change a material and show it anew; a refusal is said and undone on the screen."""

        def failed(problems: tuple[Problem, ...]) -> None:
            self.show_problems(problems)
            if undone is not None:
                undone()

        def done(_: Any) -> None:
            self.banner.hide()
            self.desk.changed.emit("materials")

        self.run(work, done, failed)

    def set_focal(self, digest: str, focal: Any) -> None:
        """Keep a focal point."""
        self.change(lambda service: service.library.set_focal(digest, focal))

    def open_card(self, card_id: int) -> None:
        """Open a card that uses the material."""
        self.desk.go("editor", card_id=card_id)

    def delete(self) -> None:
        """Delete the chosen material after asking; one in use is refused by name."""
        found = self.tiles.current()
        if found is None:
            return
        digest = found.material.digest
        confirm(
            self,
            tr("删除“{name}”？", name=found.material.name),
            tr("素材会从图库里删除，不能恢复。"),
            tr("删除"),
            lambda: self.change(lambda service: service.materials.delete(digest)),
        )

    # --- adding -----------------------------------------------------------------------------------------------

    def ask_files(self) -> None:
        """Choose files to add."""
        dialog = QFileDialog(self, tr("添加文件"), "", f"{tr('图片和视频')} ({FILES})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add(tuple(Path(n) for n in names)))
        dialog.open()

    def paste(self) -> None:
        """Add the files or the picture on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        paths = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
        image = data.imageData() if data.hasImage() else None
        if paths:
            self.add(paths)
        elif isinstance(image, QImage) and not image.isNull():
            pasted = QImage(image)
            name = f"{tr('粘贴的图片')}.png"
            self.run(lambda service: service.materials.add_bytes(name, png(pasted)), self._added_one)

    def add(self, paths: tuple[Path, ...]) -> None:
        """Add files, each for itself; a bad one never stops the others."""
        if not paths or self._task is not None:
            return
        self.add_button.setEnabled(False)
        self.bar.setRange(0, len(paths))
        self.bar.setValue(0)
        self.progress_words.setText(tr("正在添加 {done}/{total}", done=0, total=len(paths)))
        self.progress.show()
        self._task = self.run_long(
            lambda service, task: service.library.add_files(paths, task.progress.emit, task.cancelled),
            self._added,
            self._failed,
        )
        self._task.progress.connect(self._go_on)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _go_on(self, progress: Any) -> None:
        self.bar.setValue(progress.done)
        self.progress_words.setText(tr("正在添加 {done}/{total}", done=progress.done, total=progress.total))

    def _over(self) -> None:
        self._task = None
        self.progress.hide()
        self.add_button.setEnabled(True)

    def _failed(self, problems: tuple[Problem, ...]) -> None:
        self._over()
        self.show_problems(problems)

    def _added(self, outcomes: Any) -> None:
        self._over()
        good = [o.row for o in outcomes if o.row is not None]
        bad = [o for o in outcomes if o.row is None]
        known = sum(r.existed for r in good)
        words = [tr("已添加 {count} 个素材。", count=len(good) - known)] if len(good) > known else []
        if known:
            words.append(tr("{count} 个已经在图库里。", count=known))
        words += [about(o.name, self.desk.say(o.problems)) for o in bad[:_MOST_TOLD]]
        if len(bad) > _MOST_TOLD:
            words.append(tr("还有 {count} 个文件没有添加。", count=len(bad) - _MOST_TOLD))
        self.banner.tell("\n".join(words), "warning" if bad else "success")
        if good:
            self._wanted = good[0].digest
            self.desk.changed.emit("materials")

    def _added_one(self, added: Any) -> None:
        self._wanted = added.digest
        self.desk.changed.emit("materials")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the files."""
        event.acceptProposedAction()
        self.add(tuple(Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()))
