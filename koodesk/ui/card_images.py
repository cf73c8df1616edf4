# SPDX-License-Identifier: Apache-2.0
"""Cards as pictures for lists and previews: the same painter as the canvas, off the window's thread.

Rules, phones and fonts are read once, on the first call, rules again when asked for; every call runs on a thread of the bridge.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from koodesk import paths
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.template import Template, Use
from koodesk.domain.vendor import Vendor
from koodesk.editor.card_picture import card_picture
from koodesk.preview import fonts
from koodesk.preview.arrange import Show, arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer, paint
from koodesk.rule_packs import pack_in_use

if TYPE_CHECKING:
    from koodesk.backend.service import Service


@dataclass(
    frozen=True, slots=True, eq=False
)  # one is told from another by being another: pictures are kept by it
class Drawing:
    """What every drawing of a card needs: rules, phones, a measure with its fonts."""

    pack: RulePack
    phones: Mapping[Vendor, PhoneSpec]
    measure: FontMeasure


_ANY_LAYOUT = "PureText"
"""The layout a text without a card is placed by: the text alone shows alike in every one."""

_loading = threading.Lock()


_known: Drawing | None = None


def drawing() -> Drawing:
    """Return rules, phones and fonts, read the first time only. Call it off the window's thread.

    Rules stay those of the first time until `take_up_rules`: a window judges and draws by one pack.
    """
    global _known  # noqa: PLW0603  # one a process, as fonts are
    with _loading:
        if _known is None:
            folder = paths.resources()
            faces = fonts.load(folder / "fonts")
            _known = Drawing(pack_in_use(), read_phones(folder / "phones"), FontMeasure(faces))
        return _known


def take_up_rules() -> None:
    """Draw by the rule pack in use now. Whoever holds a `Drawing` goes on with its rules: make the pages anew."""
    global _known  # noqa: PLW0603  # as above
    with _loading:
        if _known is not None:
            _known = replace(_known, pack=pack_in_use())


def picture_source(service: Service) -> PictureSource:
    """Return a source of the workspace's pictures. It reads files: off the window's thread only."""

    def load(digest: str) -> bytes | None:
        try:
            return service.materials.path(digest).read_bytes()
        except (Refused, OSError):
            return None

    return PictureSource(load)


def _layout(known: Drawing, template: Template) -> LayoutSpec:
    found = known.pack.layouts.get(template.layout)
    if found is None:  # another rule pack than the card was made by
        raise Refused(problem("layout.unknown", "layout", layout=template.layout[:100]))
    return found


def takers(template: Template) -> tuple[Vendor, ...]:
    """Return the vendors a template is for, of those that can show its layout. Raises Refused("layout.unknown")."""
    known = drawing()
    layout = _layout(known, template)
    found = tuple(v for v in Vendor if layout.takes(v) and v in known.phones)
    return tuple(v for v in found if v in template.vendors) or found


def paint_once(template: Template, source: PictureSource) -> None:
    """Paint a card on the phone the canvas shows first and throw it away: what is slow the first time (outlines of
    characters, decoding of pictures) is then kept where the window's thread finds it. The wall paints the others in its
    own time."""
    known = drawing()
    layout = _layout(known, template)
    for vendor in takers(template)[:1]:
        placement = arrange(template, layout, vendor, known.pack, known.phones[vendor], {}, known.measure)
        paint(placement, source, known.measure.faces)


def phone(
    service: Service,
    template: Template,
    vendor: Vendor,
    values: Mapping[str, str],
    *,
    dark: bool = False,
    show: Show = "card",
    scale: float = 1.0,
) -> QImage:
    """Draw a whole phone with a card of the workspace. Raises Refused when the vendor does not take the layout."""
    return phone_of(picture_source(service), template, vendor, values, dark=dark, show=show, scale=scale)


def phone_of(
    source: PictureSource,
    template: Template,
    vendor: Vendor,
    values: Mapping[str, str],
    *,
    dark: bool = False,
    show: Show = "card",
    scale: float = 1.0,
) -> QImage:
    """Draw a whole phone with a card whose pictures come from `source`. Raises Refused as `phone`."""
    known = drawing()
    placement = arrange(
        template,
        _layout(known, template),
        vendor,
        known.pack,
        known.phones[vendor],
        values,
        known.measure,
        dark=dark,
        show=show,
    )
    image = paint(placement, source, known.measure.faces, scale)
    image.setDevicePixelRatio(scale)
    return image


def text_only(text: str, signature: str) -> Template:
    """Return a template that shows a text message and nothing else, whatever phone it is put on as "fallback"."""
    return Template(
        layout=_ANY_LAYOUT,
        name="",
        use=Use.COMMERCIAL,
        vendors=(),
        pages=(),
        sms_example=text,
        sms_signs=(signature,),
    )


def text_phone(text: str, signature: str, vendor: Vendor, *, scale: float = 1.0) -> QImage:
    """Draw a whole phone with a plain SMS, as it is."""
    nothing = PictureSource(lambda _digest: None)
    return phone_of(nothing, text_only(text, signature), vendor, {}, show="fallback", scale=scale)


def thumbnail(
    source: PictureSource,
    template: Template,
    width: int,
    height: int,
    scale: float = 1.0,
    *,
    dark: bool = False,
) -> QImage:
    """Draw the card alone on its first vendor's phone, fitted into `width` x `height` logical pixels."""
    known = drawing()
    vendor = takers(template)[0]
    layout = _layout(known, template)
    phone_spec = known.phones[vendor]
    placement = arrange(template, layout, vendor, known.pack, phone_spec, {}, known.measure, dark=dark)
    renderer = Renderer(source, known.measure.faces)
    return card_picture(renderer, placement, QSize(width, height), scale)
