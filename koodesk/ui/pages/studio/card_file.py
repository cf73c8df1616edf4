# SPDX-License-Identifier: Apache-2.0
"""Opening a card for the editor, and writing pictures of it: the work the page does off the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from koodesk import messages
from koodesk.domain.brand import BrandKit
from koodesk.domain.crop import Focal
from koodesk.domain.digest import template_digest
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.editor import recovery
from koodesk.editor.versions_panel import MOST, Version
from koodesk.editor.wall_look import WallLook, WallView
from koodesk.preview.arrange import Show, arrange
from koodesk.preview.phone_size import sized
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer, png
from koodesk.preview.review import review
from koodesk.preview.sheet import sheet, sheet_pdf
from koodesk.ui import card_images
from koodesk.ui.opened import Opened
from koodesk.ui.times import moment

if TYPE_CHECKING:
    from koodesk.backend.service import Service

EXPORT_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class OpenedCard(Opened):
    """A card as its page gets it."""

    drawing: card_images.Drawing
    focals: dict[str, Focal]
    brand: BrandKit


def open_card(service: Service, card_id: int, kept_pictures: PictureSource | None = None) -> OpenedCard:
    """Open a card with what its recovery log holds.

    `kept_pictures` are those of the card before: pictures that both use are not decoded again.
    """
    row, template = service.cards.open(card_id)
    path = recovery.log_path(service.workspace.recovery, f"card-{card_id}")
    resumed = recovery.resume(path, template, recovery.CARD)
    source = kept_pictures or card_images.picture_source(service)
    source.forget_missing()
    card_images.paint_once(resumed.document.template, source)
    return OpenedCard(
        row,
        resumed,
        path,
        source,
        card_images.drawing(),
        dict(service.library.focals()),
        service.library.brand(),
    )


def saved_versions(service: Service, card_id: int) -> tuple[Version, ...]:
    """Read the newest versions of a card, each as it was saved."""
    return tuple(
        Version(
            moment(row.saved_ms),
            row.submitted,
            service.cards.open(card_id, row.revision)[1],
            row.revision,
            row.label,
            row.pinned,
        )
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


def write_review_sheet(
    service: Service, template: Template, look: WallLook, values: Mapping[str, str], path: Path, language: str
) -> Path:
    """Write all phones as a review sheet, PDF or PNG by the file's name, in its place at once; return where it is.

    The sheet names the template's digest and the rule pack's date. Raises Refused when it cannot be written.
    """
    drawing = card_images.drawing()
    renderer = Renderer(card_images.picture_source(service), drawing.measure.faces)
    pack, shows = drawing.pack, {WallView.TEXT: "text", WallView.FALLBACK: "fallback"}
    made = review(
        template,
        pack,
        {v: sized(p, look.size, look.font_scale) for v, p in drawing.phones.items()},
        [v for v in Vendor if v in template.vendors],
        drawing.measure,
        lambda found: messages.sentence(found, language).what,
        lambda vendor: pack.vendor_names[vendor][0 if language == "zh" else 1],
        values=values,
        dark=look.dark,
        show=cast("Show", shows.get(look.view, "card")),
        numbered=look.view is WallView.DIFFERENCE,
    )
    digest = template_digest(template)
    footing = messages.word("preview.drawn", language, pack=pack.id, date=pack.date, digest=digest[:12])
    columns = [one.column for one in made]
    path = path if path.suffix.lower() in (".pdf", ".png") else path.with_suffix(".pdf")
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".pdf":
            sheet_pdf(columns, template.name, footing, renderer, beside, title=template.name)
        else:
            beside.write_bytes(png(sheet(columns, template.name, footing, renderer, scale=EXPORT_SCALE)))
        beside.replace(path)
    except OSError as error:
        raise Refused(problem("render.cannot_write", path.name, file=path.name)) from error
    return path
