# SPDX-License-Identifier: Apache-2.0
"""Every material of a template in one sweep: what must be stored with it, and the same card with stored materials. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from koodesk.domain.crop import Focal
from koodesk.domain.template import (
    Content,
    ImageContent,
    Kept,
    MaterialRef,
    Override,
    Page,
    Picture,
    Template,
    VideoContent,
)


def with_materials(template: Template, stored: Mapping[str, MaterialRef]) -> Template:
    """Return the template with its materials named as `stored` has them, by the digest they had.

    A crop is kept where the picture has the size it was made for; whoever stored it may have turned it upright. Materials
    that `stored` does not have stay as they are.
    """

    def renamed(picture: Picture | None) -> Picture | None:
        ref = None if picture is None else stored.get(picture.material.digest)
        if picture is None or ref is None:
            return picture
        same_size = (ref.width, ref.height) == (picture.material.width, picture.material.height)
        return Picture(ref, picture.crop if same_size else None)

    def focals(found: tuple[tuple[str, Focal], ...]) -> tuple[tuple[str, Focal], ...]:
        # By digest, each once: two files may have been stored as one.
        return tuple({stored[d].digest if d in stored else d: at for d, at in found}.items())

    def changed(content: Content) -> Content:
        match content:
            case ImageContent():
                backgrounds = tuple((v, renamed(p) or p) for v, p in content.backgrounds)
                return replace(content, picture=renamed(content.picture), backgrounds=backgrounds)
            case VideoContent(video=video):
                moved = video if video is None else stored.get(video.digest, video)
                return replace(content, video=moved, cover=renamed(content.cover))
            case _:
                return content

    moved = mapped(template, changed)
    kept = tuple(replace(k, focals=focals(k.focals)) for k in moved.kept)
    return moved if kept == moved.kept else replace(moved, kept=kept)


def mapped(template: Template, change: Callable[[Content], Content]) -> Template:
    """Return the template with every content changed, those of variants and of kept layouts too."""

    def pages(found: tuple[Page, ...]) -> tuple[Page, ...]:
        return tuple(Page(tuple(change(c) for c in page.contents)) for page in found)

    def overrides(found: tuple[Override, ...]) -> tuple[Override, ...]:
        return tuple(replace(o, content=change(o.content)) for o in found)

    def kept(found: Kept) -> Kept:
        return replace(found, pages=pages(found.pages), overrides=overrides(found.overrides))

    after = replace(
        template,
        pages=pages(template.pages),
        overrides=overrides(template.overrides),
        kept=tuple(kept(k) for k in template.kept),
    )
    return template if after == template else after
