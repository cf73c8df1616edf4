# SPDX-License-Identifier: Apache-2.0
"""Ready cards on their way into the workspace: starters and public templates with their sample pictures and videos.

What a recipe says is `domain.recipes`' matter, the record `operations.cards`'. A sample video may not be stored where no
video reader is installed; the card is made all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from koodesk.backend.views.cards import PublicCardRow
from koodesk.backend.views.materials import MaterialRow
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.public_cards import about, without_pictures
from koodesk.domain.recipes import Recipe
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.samples import Shelf
from koodesk.domain.template import Content, MaterialRef, Template, VideoContent
from koodesk.domain.template_materials import mapped, with_materials
from koodesk.domain.video_rules import MEDIA_TYPE as VIDEO


class SampleGallery(Protocol):
    """Where samples are stored. `add_bytes` takes pictures and videos, each through its reader."""

    def add_bytes(self, name: str, data: bytes) -> MaterialRow: ...


def public_row(recipe: Recipe, layout: LayoutSpec) -> PublicCardRow:
    """Return the row of a public template. Raises Refused when its recipe does not fit the layout."""
    words, template = about(recipe), without_pictures(recipe, layout)
    return PublicCardRow(
        name=recipe.name,
        layout=recipe.layout,
        title_zh=words.title_zh,
        title_en=words.title_en,
        tags=words.tags,
        vendors=template.vendors,
        params=tuple(p.name for p in template.params),
    )


def keep_samples(
    template: Template, shelf: Shelf, gallery: SampleGallery
) -> tuple[Template, tuple[Problem, ...]]:
    """Store a card's samples; return the card with what was stored, and what was left open and why.

    A picture that cannot be stored is a defect and raises Refused; a video is left out, its slot open, its cover kept.
    """
    kinds = {m.digest: m.media_type for m in template.materials()}
    stored: dict[str, MaterialRef] = {}
    left_open: list[Problem] = []
    lost: set[str] = set()
    for digest, data in shelf.files.items():
        name = shelf.names[digest]
        try:
            stored[digest] = gallery.add_bytes(name, data).ref
        except Refused as refusal:
            if kinds.get(digest) != VIDEO:
                raise
            lost.add(digest)
            left_open.append(problem("card.sample_video_left_open", severity=Severity.WARNING, file=name))
            left_open += refusal.problems
    kept = mapped(template, lambda content: _without_video(content, lost))
    return with_materials(kept, stored), tuple(left_open)


def _without_video(content: Content, lost: set[str]) -> Content:
    if isinstance(content, VideoContent) and content.video is not None and content.video.digest in lost:
        return replace(content, video=None)
    return content
