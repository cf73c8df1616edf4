# SPDX-License-Identifier: Apache-2.0
"""The public templates that ship: each passes the checks for all its vendors, is its own, and can be found."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from koodesk.domain import koocard
from koodesk.domain.checks import check
from koodesk.domain.problem import Refused, Severity
from koodesk.domain.public_cards import TAGS, about, public_recipe, public_recipes, without_pictures
from koodesk.domain.samples import sample_card, sample_starter
from koodesk.domain.template import ButtonContent, ImageContent, Template, TextContent, VideoContent
from tests.domain.strategies import RESOURCES, pack

NAMES = [recipe.name for recipe in public_recipes(RESOURCES)]


def card(name: str) -> tuple[Template, dict[str, bytes]]:
    """Return a public template with its samples."""
    recipe = public_recipe(RESOURCES, name)
    return sample_card(recipe, pack().layouts[recipe.layout], RESOURCES)


def words(template: Template) -> set[str]:
    """Return what is written on a card."""
    texts = {c.text for c in template.contents() if isinstance(c, TextContent | ButtonContent)}
    return (texts | {c.child for c in template.contents() if isinstance(c, TextContent)}) - {""}


def test_there_are_many_over_many_layouts() -> None:
    assert len(NAMES) >= 24
    layouts = Counter(public_recipe(RESOURCES, name).layout for name in NAMES)
    assert len(layouts) >= 20
    backgrounds = [
        next(
            c.picture.material.digest
            for c in card(n)[0].contents()
            if isinstance(c, ImageContent) and c.picture
        )
        for n in NAMES
        if public_recipe(RESOURCES, n).layout == "RedPacketPersonal"
    ]
    assert len(set(backgrounds)) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_but_notes(name: str) -> None:
    """No error and no warning, for all of its vendors together and for each as if it were the only one."""
    template, _ = card(name)
    found = {p for vendor in (None, *template.vendors) for p in check(template, pack(), vendor)}
    assert [p for p in found if p.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_travels_as_a_file(name: str) -> None:
    template, files = card(name)
    assert koocard.unpack(koocard.pack(template, files)) == (template, files)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_complete_and_its_own(name: str) -> None:
    """Every picture and video is there, and it is no starter under another name."""
    template, files = card(name)
    for content in template.contents():
        if isinstance(content, ImageContent):
            assert content.picture is not None, content.id
        if isinstance(content, VideoContent):
            assert content.video is not None
            assert content.cover is not None
    assert {m.digest for m in template.materials()} == set(files)
    starter, _ = sample_starter(pack().layouts[template.layout], RESOURCES)
    shared = words(template) & words(starter)
    assert len(shared) <= len(words(template)) / 2, shared
    assert template.name != starter.name


def test_titles_and_tags_can_be_found() -> None:
    said = [about(public_recipe(RESOURCES, name)) for name in NAMES]
    assert {tag for one in said for tag in one.tags} == set(TAGS)
    for one in said:
        assert one.tags
        assert one.title_zh != one.title_en
    for title in ("title_zh", "title_en"):
        twice = [t for t, count in Counter(getattr(one, title) for one in said).items() if count > 1]
        assert twice == []
    names = Counter(without_pictures(r, pack().layouts[r.layout]).name for r in public_recipes(RESOURCES))
    assert max(names.values()) == 1


@pytest.mark.parametrize("name", ["", "no-such", "../starters/RedPacket", "mid-autumn.toml"])
def test_what_is_not_there_is_refused(name: str) -> None:
    """And a name never leads out of the folder."""
    with pytest.raises(Refused) as caught:
        public_recipe(RESOURCES, name)
    assert [p.code for p in caught.value.problems] == ["card.public_unknown"]


def test_a_recipe_without_words_is_shown_by_its_name() -> None:
    recipe = replace(public_recipe(RESOURCES, "mid-autumn"), about=None)
    assert (about(recipe).title_zh, about(recipe).tags) == ("mid-autumn", ())
