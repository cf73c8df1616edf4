# SPDX-License-Identifier: Apache-2.0
"""How pages export: ask where to, begin the export in the export centre (下载中心), and say what became of it or where it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from koodesk.backend.views.exports import ExportRow
from koodesk.domain.export_job import FORMATS, OVER, ExportState
from koodesk.domain.problem import Problem, problem
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.page import Page
from koodesk.ui.widgets.forms import Form

PATIENCE_SECONDS: Final = 2.0
"""An export that takes longer is left to the export centre."""

TABLES: Final = FORMATS[:2]
REPORTS: Final = FORMATS


def ask_for_file(
    page: Page, title: str, suggested: str, formats: tuple[str, ...], then: Callable[[Path], object]
) -> None:
    """Ask where a file goes; a name without one of the endings gets the first of them."""

    def chosen(name: str) -> None:
        path = Path(name)
        if path.suffix.lower() not in formats:
            path = path.with_name(f"{path.name}{formats[0]}")  # a date in a name is no ending
        then(path)

    pattern = " ".join(f"*{one}" for one in formats)
    kinds = tr("表格") if set(formats) <= set(TABLES) else title
    dialog = QFileDialog(page, title, "", f"{kinds} ({pattern})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(formats[0][1:])
    dialog.selectFile(f"{suggested}{formats[0]}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def reason_given(form: Form) -> bool:
    """Tell whether a form for an export of whole numbers says why; where it does not, say so beside it, before a place is chosen."""
    if form.fields["reason"].text().strip():
        return True
    form.show_problems((problem("campaign.export.reason", "reason"),))
    return False


def begin_export(
    page: Page,
    kind: str,
    path: Path,
    options: Mapping[str, Any],
    began: Callable[[], object] | None = None,
    failed: Callable[[tuple[Problem, ...]], None] | None = None,
) -> None:
    """Begin an export and say on the page what became of it, or that it goes on. `began` follows when it was allowed."""

    def begun(row: ExportRow) -> None:
        page.desk.changed.emit("exports")
        if began is not None:
            began()
        page.run(lambda service: service.exports.wait(row.id, PATIENCE_SECONDS), lambda now: tell(page, now))

    page.run(lambda service: service.exports.start(kind, path, options), begun, failed)


def tell(page: Page, row: ExportRow) -> None:
    """Say on a page how an export stands."""
    name = Path(row.path).name
    if row.state == ExportState.FINISHED:
        page.banner.tell(tr("已导出 {count} 行到 {file}。", count=f"{row.rows:,}", file=name), "success")
    elif row.state not in OVER:
        page.banner.tell(
            tr("正在导出到 {file}，可以离开这一页。", file=name),
            "accent",
            tr("看进度"),
            lambda: page.desk.go("exports", export_id=row.id),
        )
    elif row.problems:
        page.show_problems(row.problems)
    else:
        page.banner.tell(tr("导出已取消，没有留下文件。"), "warning")
    page.desk.changed.emit("exports")


def detail_headings() -> dict[str, str]:
    """Name the columns of exported send details."""
    return {
        "number": tr("手机号"),
        "vendor": tr("厂商"),
        "carrier": tr("运营商"),
        "card": tr("卡片"),
        "bucket": tr("受理结果"),
        "code": tr("结果码"),
        "message_id": tr("消息编号"),
        "accepted_ms": tr("受理时间"),
        "delivery": tr_one("回执"),
        "delivery_code": tr("回执码"),
        "delivered_ms": tr("送达时间"),
        "resolved_ms": tr("解析"),
        "exposed_ms": tr("曝光"),
        "clicked_ms": tr("点击"),
        "replied_ms": tr("上行回复"),
    }
