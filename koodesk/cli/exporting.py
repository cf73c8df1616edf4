# SPDX-License-Identifier: Apache-2.0
"""How commands export: a job of the export centre, as in the window, waited for here; and the printer that PDFs need."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koodesk import messages, paths
from koodesk.cli.output import language
from koodesk.domain.problem import Refused

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.exports import ExportRow, Table


def print_pdf(path: Path, table: Table) -> None:
    """Write a report as a PDF; somebody has made the application that drawing needs (`ready_to_draw`)."""
    from koodesk.preview import fonts
    from koodesk.preview.table_pdf import write_pdf

    write_pdf(path, table, fonts.load(paths.resources() / "fonts"))


def ready_to_draw() -> object:
    """Return the application that drawing needs, without a window; it has to be kept."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication.instance() or QGuiApplication([])


def export(service: Service, kind: str, path: Path, options: Mapping[str, Any]) -> ExportRow:
    """Export and wait. Raises Refused: why it could not begin, or what came between."""
    if path.suffix.lower() == ".pdf":
        _application = ready_to_draw()
    title = messages.word(f"export_kind.{kind}", language())
    row = service.exports.wait(service.exports.start(kind, path, {"title": title, **options}).id)
    if row.problems:
        raise Refused(*row.problems)
    return row
