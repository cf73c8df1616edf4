# SPDX-License-Identifier: Apache-2.0
"""Opening a card for the editor, and writing pictures of it: the work the page does off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QThread

from koodesk.domain.problem import Refused
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.editor import recovery
from koodesk.editor.document import TemplateDocument
from koodesk.editor.versions_panel import MOST, Version
from koodesk.preview.arrange import arrange
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer, png
from koodesk.ui import card_images
from koodesk.ui.times import moment

if TYPE_CHECKING:
    from koodesk.backend.service import Service

EXPORT_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A card as the page gets it.

    `kept` says that the document comes from the recovery log, with its history; `recovered` that it holds work that was
    not saved; `elsewhere` that the card was saved by someone else since that work was begun.
    """

    row: Any
    document: TemplateDocument
    drawing: card_images.Drawing
    pictures: PictureSource
    log_path: Path
    kept: bool
    recovered: bool
    elsewhere: bool


def open_card(service: Service, card_id: int, window_thread: QThread) -> Opened:
    """Open a card with what its recovery log holds; the document is handed over to the window's thread."""
    row, template = service.cards.open(card_id)
    path = recovery.log_path(service.workspace.recovery, f"card-{card_id}")
    document = recovery.replay(path)
    kept = document is not None and (document.digest == row.digest or document.is_dirty)
    elsewhere = False
    if document is None or not kept:
        document = TemplateDocument(template, row.digest)
    else:
        elsewhere = document.saved_digest != row.digest and document.digest != row.digest
        document.mark_saved(row.digest)
    document.moveToThread(window_thread)
    source = card_images.picture_source(service)
    card_images.paint_once(document.template, source)
    return Opened(row, document, card_images.drawing(), source, path, kept, document.is_dirty, elsewhere)


def saved_versions(service: Service, card_id: int) -> tuple[Version, ...]:
    """Read the newest versions of a card, each as it was saved."""
    return tuple(
        Version(moment(row.saved_ms), row.submitted, service.cards.open(card_id, row.revision)[1])
        for row in service.cards.versions(card_id)[:MOST]
    )


def export_pictures(service: Service, template: Template, vendors: tuple[Vendor, ...], folder: Path) -> int:
    """Write one PNG a vendor into a folder, named by card and vendor; return how many. Raises Refused."""
    drawing = card_images.drawing()
    renderer = Renderer(card_images.picture_source(service), drawing.measure.faces)
    layout = drawing.pack.layouts[template.layout]
    written = 0
    for vendor in vendors:
        try:
            placed = arrange(
                template, layout, vendor, drawing.pack, drawing.phones[vendor], {}, drawing.measure
            )
        except (Refused, KeyError):
            continue  # this vendor shows no card; the wall says why
        name = "".join(c if c.isalnum() else "_" for c in template.name) or "card"
        beside = folder / f".{name}-{vendor.value}.part"
        beside.write_bytes(png(renderer.paint(placed, EXPORT_SCALE)))
        beside.replace(folder / f"{name}-{vendor.value}.png")
        written += 1
    return written
