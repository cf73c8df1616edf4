# SPDX-License-Identifier: Apache-2.0
"""The library (图库) around the materials: names, tags, focal points, who uses what, what looks alike; and the brand kit.

Reading and storing files is `materials`'s matter. Nothing here changes a material's content or a card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

from koodesk.backend.operations.materials import Materials, row_of
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.materials import (
    BrandStore,
    CardUsing,
    MaterialFiles,
    MaterialRecord,
    MaterialStore,
    Pictures,
)
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.materials import CardUse, LibraryRow, MaterialRow, PlaceUse, UploadOutcome
from koodesk.domain import brand as brands
from koodesk.domain import codec
from koodesk.domain.brand import BrandKit
from koodesk.domain.crop import Focal, effective_pixels
from koodesk.domain.likeness import near_duplicates
from koodesk.domain.material_rules import shown_name, tidy_tags
from koodesk.domain.media_types import (
    CARD_PICTURES,
    HEAD_BYTES,
    MESSAGE_ONLY,
    MESSAGE_PICTURES,
    MaterialKind,
    is_of,
    sniff,
)
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.template import Content, ImageContent, Picture, Template, VideoContent, materials_of
from koodesk.domain.vendor import Vendor

Order = Literal["newest", "oldest", "name", "largest", "pixels", "used"]

_ORDERS: Final[Mapping[Order, Callable[[LibraryRow], object]]] = {
    "newest": lambda row: -row.material.created_ms,
    "oldest": lambda row: row.material.created_ms,
    "name": lambda row: row.material.name.casefold(),
    "largest": lambda row: -row.material.size,
    "pixels": lambda row: -row.material.width * row.material.height,
    "used": lambda row: -row.used_by,
}

_WIDER: Final[Mapping[MaterialKind, MaterialKind]] = {"picture": "message_picture", "video": "message_video"}
"""The library shows everything there is: gifs are pictures here, and 3gp are videos."""


class Library:
    """The library of a workspace."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: MaterialStore,
        files: MaterialFiles,
        pictures: Pictures,
        materials: Materials,
        brand: BrandStore,
        pack: RulePack,
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._files = files
        self._pictures = pictures
        self._materials = materials
        self._brand = brand
        self._pack = pack

    @needs("kooMessage:devMaterial:list")
    def list(
        self, text: str = "", kind: MaterialKind = "all", tag: str = "", order: Order = "newest"
    ) -> tuple[LibraryRow, ...]:
        """Return the materials whose name or a tag contains a text, in an order; ties stand newest first.

        What looks alike is looked for among all materials, not only among those found.
        """
        with self._work.read() as connection:
            found = self._store.list(connection, text.strip(), tag)
            everything = found if not (text.strip() or tag) else self._store.list(connection, "")
            uses = self._store.uses(connection)
            logos = frozenset(self._brand.get(connection).logos)
        alike = near_duplicates({r.digest: r.look for r in everything if r.media_type in MESSAGE_PICTURES})
        rows = [
            LibraryRow(
                row_of(r, self._files), uses.get(r.digest, 0), alike.get(r.digest, ()), r.digest in logos
            )
            for r in found
            if is_of(r.media_type, _WIDER.get(kind, kind))
        ]
        return tuple(sorted(rows, key=_ORDERS[order]))  # type: ignore[arg-type]  # each order's keys compare among themselves

    @needs("kooMessage:devMaterial:list")
    def tags(self) -> tuple[tuple[str, int], ...]:
        """Return every tag with how many materials have it, the most used first."""
        counts: dict[str, int] = {}
        with self._work.read() as connection:
            for record in self._store.list(connection, ""):
                for tag in record.tags:
                    counts[tag] = counts.get(tag, 0) + 1
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @needs("kooMessage:devMaterial:list")
    def users(self, digest: str) -> tuple[CardUse, ...]:
        """Return the cards that use a material, with what is left of it after the crop in each of their places."""
        with self._work.read() as connection:
            found = self._store.users(connection, digest)
        return tuple(self._use(using, digest) for using in found)

    @needs("kooMessage:devMaterial:list")
    def focals(self) -> Mapping[str, Focal]:
        """Return the focal points that are not in the middle, by digest."""
        with self._work.read() as connection:
            return self._store.focals(connection)

    @needs("kooMessage:devMaterial:create")
    def add_files(
        self, paths: Sequence[Path], progress: Report = silent, cancel: Cancel = never
    ) -> tuple[UploadOutcome, ...]:
        """Import pictures, videos and sounds, each for itself: a bad one has its problems and never stops the others.

        A file's first bytes say which it is, whatever its name. After a cancel the files not looked at yet say
        reader.cancelled.
        """
        outcomes = []
        for done, path in enumerate(paths):
            progress(Progress("upload", done, len(paths)))
            media_type = _sniffed(path)
            if media_type == "video/mp4":
                outcomes.append(_outcome(path, lambda p: self._materials.add_video(p, cancel).video))
            elif media_type in MESSAGE_ONLY:
                outcomes.append(_outcome(path, lambda p: self._materials.add_media(p, cancel)))
            else:
                outcomes += self._materials.add_files((path,), silent, cancel)
        progress(Progress("upload", len(paths), len(paths)))
        return tuple(outcomes)

    @needs("kooMessage:devMaterial:update")
    def rename(self, digest: str, name: str) -> MaterialRow:
        """Give a material another name. Raises Refused: material.unknown, material.no_name."""
        if not name.strip():
            raise Refused(problem("material.no_name", "name"))
        return self._change(digest, lambda record: replace(record, name=shown_name(name)))

    @needs("kooMessage:devMaterial:update")
    def set_tags(self, digest: str, tags: Iterable[str]) -> MaterialRow:
        """Give a material its tags. Raises Refused: material.unknown, material.tag_too_long, material.too_many_tags."""
        tidy = tidy_tags(tags)
        return self._change(digest, lambda record: replace(record, tags=tidy))

    @needs("kooMessage:devMaterial:update")
    def set_focal(self, digest: str, focal: Focal) -> MaterialRow:
        """Set a picture's focal point (焦点), in thousandths from its left and top; what is outside goes to the edge.

        Cards keep the crops they have; new ones are made around it. Raises Refused("material.unknown").
        """
        inside = (min(max(focal[0], 0), 1000), min(max(focal[1], 0), 1000))
        return self._change(digest, lambda record: replace(record, focal=inside))

    @needs("kooMessage:devMaterial:update")
    def learn_looks(self, progress: Report = silent, cancel: Cancel = never) -> int:
        """Make the looks of materials an older Koodesk has taken in, from their thumbnails; return how many were made.

        A thumbnail that cannot be read is left alone: without a look a picture is like none.
        """
        with self._work.read() as connection:
            without = [
                r for r in self._store.list(connection, "") if not r.look and not is_of(r.media_type, "sound")
            ]
        made = 0
        for done, record in enumerate(without):
            if cancel():
                break
            progress(Progress("looks", done, len(without)))
            try:
                look = self._pictures.read(self._files.thumbnail(record.digest), cancel).look
            except Refused:
                continue
            self._change(record.digest, partial(_with_look, look))
            made += 1
        return made

    @needs("kooMessage:devMaterial:list")
    def brand(self) -> BrandKit:
        """Return the brand kit (品牌资料), empty where none was saved."""
        with self._work.read() as connection:
            return self._brand.get(connection)

    @needs("kooMessage:devMaterial:update")
    def save_brand(self, kit: BrandKit, seen: BrandKit | None = None) -> BrandKit:
        """Save the brand kit and return it as it is kept. `seen` is the kit that was changed, as it was kept then.

        Raises Refused: brand.changed_meanwhile when it is another by now, brand.colour, brand.name_too_long, brand.too_many, and material.unknown for a logo that is no picture.
        """
        tidy = brands.tidy(kit)
        with self._work.write() as connection:
            if seen is not None and self._brand.get(connection) != seen:
                raise Refused(problem("brand.changed_meanwhile"))
            for digest in tidy.logos:
                record = self._store.get(connection, digest)
                if record is None or record.media_type not in CARD_PICTURES:
                    raise Refused(problem("material.unknown", "logos"))
            self._brand.put(connection, tidy)
        return tidy

    def _change(self, digest: str, change: Callable[[MaterialRecord], MaterialRecord]) -> MaterialRow:
        with self._work.write() as connection:
            record = self._store.get(connection, digest)
            if record is None:
                raise Refused(problem("material.unknown"))
            changed = change(record)
            self._store.change(connection, changed)
        return row_of(changed, self._files)

    def _use(self, using: CardUsing, digest: str) -> CardUse:
        template = codec.loads(using.template.encode())
        places = self._places(template, digest) if using.now else ()
        return CardUse(using.card_id, using.name, using.now, places)

    def _places(self, template: Template, digest: str) -> tuple[PlaceUse, ...]:
        layout = self._pack.layouts.get(template.layout)
        contents = (*template.contents(), *(o.content for o in template.overrides))
        holding = (c for c in contents if any(m.digest == digest for m in materials_of(c)))
        return tuple(_place(c, layout, template, digest) for c in holding)


def _with_look(look: str, record: MaterialRecord) -> MaterialRecord:
    return replace(record, look=look)


def _pictures(content: Content) -> tuple[Picture | None, ...]:
    match content:
        case ImageContent(picture=picture, backgrounds=backgrounds):
            return (picture, *(p for _, p in backgrounds))
        case VideoContent(cover=cover):
            return (cover,)
        case _:
            return ()


def _place(content: Content, layout: LayoutSpec | None, template: Template, digest: str) -> PlaceUse:
    slot = None if layout is None else next((s for s in layout.slots if s.id == content.slot), None)
    shown = next((p for p in _pictures(content) if p is not None and p.material.digest == digest), None)
    if shown is None:  # the video itself
        material = next(m for m in materials_of(content) if m.digest == digest)
        width, height = material.width, material.height
    else:
        width, height = effective_pixels(shown.crop, shown.material.width, shown.material.height)
    short: list[tuple[Vendor, int, int]] = []
    for vendor in template.vendors if slot is not None else ():
        fact = slot.min_pixels.get(vendor) if slot is not None else None
        least = None if fact is None else fact.value
        if least is not None and (width < least[0] or height < least[1]):
            short.append((vendor, *least))
    zh, en = (content.slot, content.slot) if slot is None else (slot.name_zh, slot.name_en)
    return PlaceUse(zh, en, width, height, tuple(short))


def _outcome(path: Path, add: Callable[[Path], MaterialRow]) -> UploadOutcome:
    name = shown_name(path.name)
    try:
        return UploadOutcome(name, add(path))
    except Refused as refusal:
        return UploadOutcome(name, None, refusal.problems)


def _sniffed(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return sniff(stream.read(HEAD_BYTES))
    except OSError:
        return None  # the reader says what is wrong with it
