# SPDX-License-Identifier: Apache-2.0
"""The library: tags, search, orders, near duplicates, who uses what, focal points, the brand kit, and what deleting refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.brand import BrandKit
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused
from koodesk.domain.template import ImageContent, Picture, Template
from tests.domain.strategies import pack
from tests.hostile import picture_forge as forge


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        yield service


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A drawn picture with something of its own in it."""
    picture = Image.new("RGB", (640, 480), (240 - 30 * (seed % 5), 180, 60 + 40 * (seed % 4)))
    brush = ImageDraw.Draw(picture)
    for n in range(6):
        x, y = (seed * 131 + n * 97) % 560, (seed * 57 + n * 149) % 400
        brush.ellipse(
            (x, y, x + 60 + 10 * n, y + 50 + 12 * n), fill=(40 * n, 255 - 30 * n, (seed * 70) % 255)
        )
    return picture.resize(size)


def add(service: Service, name: str, picture: Image.Image, kind: str = "PNG") -> str:
    return service.materials.add_bytes(name, forge.saved(picture, kind)).digest


def code(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def card_with(service: Service, digest: str, crop: Crop | None = None) -> tuple[int, Template]:
    """Make a card that shows a material in its first picture slot."""
    row = service.cards.new("RedPacket")
    _, template = service.cards.open(row.id)
    slot = next(c for c in template.contents() if isinstance(c, ImageContent))
    shown = replace(slot, picture=Picture(service.materials.get(digest).ref, crop))
    template = replace(template.with_content(shown), name="春茶红包")
    service.cards.save(row.id, template, row.revision)
    return row.id, template


def test_names_and_tags_are_searched(service: Service) -> None:
    tea, coat = add(service, "tea.png", scene(1)), add(service, "coat.png", scene(2))
    service.library.set_tags(tea, [" 春  茶 ", "红包", "红包", ""])
    service.library.set_tags(coat, ["秋装"])
    service.library.rename(coat, "新款 外套.png")
    assert service.materials.get(tea).tags == ("春 茶", "红包")
    assert [r.material.digest for r in service.library.list("春 茶")] == [tea]
    assert [r.material.digest for r in service.library.list("外套")] == [coat]
    assert [r.material.digest for r in service.library.list(tag="红包")] == [tea]
    assert service.library.list(tag="红") == ()
    assert [r.digest for r in service.materials.list("秋")] == [coat]
    service.library.set_tags(coat, ["秋装", "红包"])
    assert service.library.tags() == (("红包", 2), ("春 茶", 1), ("秋装", 1))
    service.library.set_tags(tea, [])
    assert service.materials.get(tea).tags == ()


def test_what_is_no_name_or_tag_is_refused(service: Service) -> None:
    digest = add(service, "a.png", scene(1))
    with pytest.raises(Refused) as refused:
        service.library.rename(digest, "  ")
    assert code(refused) == ["material.no_name"]
    with pytest.raises(Refused) as refused:
        service.library.set_tags(digest, ["长" * 21])
    assert code(refused) == ["material.tag_too_long"]
    with pytest.raises(Refused) as refused:
        service.library.set_tags(digest, [f"t{n}" for n in range(13)])
    assert code(refused) == ["material.too_many_tags"]
    with pytest.raises(Refused) as refused:
        service.library.rename("0" * 64, "x")
    assert code(refused) == ["material.unknown"]
    assert service.materials.get(digest).name == "a.png"


def test_orders(service: Service) -> None:
    small = add(service, "b.png", scene(1, (100, 80)))
    large = add(service, "A.png", scene(2, (800, 600)))
    card_with(service, small)

    def found(order: str) -> list[str]:
        mine = (small, large)
        rows = service.library.list(order=order)  # type: ignore[arg-type]  # each of the literal's values
        return [r.material.digest for r in rows if r.material.digest in mine]

    assert found("name") == [large, small]
    assert found("pixels") == [large, small]
    assert found("largest") == [large, small]
    assert found("used") == [small, large]
    assert found("newest") == list(reversed(found("oldest")))


def test_near_duplicates_are_found_by_what_is_seen(service: Service) -> None:
    one = add(service, "one.png", scene(1, (1280, 960)))
    smaller = add(service, "smaller.jpg", scene(1, (400, 300)), "JPEG")
    other = add(service, "other.png", scene(2))
    rows = {r.material.digest: r for r in service.library.list()}
    assert rows[one].alike == (smaller,)
    assert rows[smaller].alike == (one,)
    assert rows[other].alike == ()
    # The other one of a pair is named although the search does not find it.
    assert [r.alike for r in service.library.list("one")] == [(smaller,)]


def test_a_picture_of_an_older_workspace_learns_its_look(service: Service) -> None:
    one, two = add(service, "1.png", scene(3)), add(service, "2.jpg", scene(3, (300, 225)), "JPEG")
    with closing(sqlite3.connect(service.workspace.database)) as connection, connection:
        connection.execute("UPDATE material SET look = ''")
    assert all(row.alike == () for row in service.library.list())
    assert service.library.learn_looks() == len(service.library.list())
    assert {r.material.digest: r.alike for r in service.library.list()}[one] == (two,)
    assert service.library.learn_looks() == 0


def test_users_are_named_with_what_the_crop_leaves(service: Service) -> None:
    digest = add(service, "tea.png", scene(1, (1280, 720)))
    assert service.library.users(digest) == ()
    card_id, template = card_with(service, digest, Crop(0, 0, 64, 36))
    (use,) = service.library.users(digest)
    assert (use.card_id, use.name, use.now) == (card_id, "春茶红包", True)
    (place,) = use.places
    assert (place.width, place.height) == (64, 36)
    layout = pack().layouts[template.layout]
    slot = next(layout.slot(c.slot) for c in template.contents() if isinstance(c, ImageContent))
    asked = {v: f.value for v, f in slot.min_pixels.items() if v in template.vendors and f.value is not None}
    assert {v: (w, h) for v, w, h in place.short} == asked
    row = next(r for r in service.library.list() if r.material.digest == digest)
    assert row.used_by == 1


def test_what_a_card_or_the_brand_kit_uses_is_not_deleted(service: Service) -> None:
    used, logo, free = (add(service, f"{n}.png", scene(n)) for n in (1, 2, 3))
    card_id, template = card_with(service, used)
    service.library.save_brand(BrandKit(logos=(logo,)))
    with pytest.raises(Refused) as refused:
        service.materials.delete(used)
    assert code(refused) == ["material.in_use"]
    assert dict(refused.value.problems[0].params)["cards"] == "春茶红包"
    with pytest.raises(Refused) as refused:
        service.materials.delete(logo)
    assert code(refused) == ["material.in_brand"]
    service.materials.delete(free)
    # An older version still shows it: it stays, and says so.
    slot = next(c for c in template.contents() if isinstance(c, ImageContent) and c.picture is not None)
    row = service.cards.get(card_id)
    service.cards.save(card_id, template.with_content(replace(slot, picture=None)), row.revision)
    (use,) = service.library.users(used)
    assert (use.now, use.places) == (False, ())
    with pytest.raises(Refused):
        service.materials.delete(used)


def test_one_bad_file_never_stops_the_others(service: Service, tmp_path: Path) -> None:
    good, bad, film = tmp_path / "good.png", tmp_path / "bad.png", tmp_path / "bad.mp4"
    good.write_bytes(forge.saved(scene(1), "PNG"))
    bad.write_bytes(b"nothing")
    film.write_bytes(b"\0\0\0\x18ftypisom" + bytes(64))
    told: list[int] = []
    outcomes = service.library.add_files(
        (bad, film, tmp_path / "gone.png", good), lambda p: told.append(p.done)
    )
    assert [o.row is not None for o in outcomes] == [False, False, False, True]
    assert all(o.problems for o in outcomes[:3])
    assert outcomes[1].problems[0].code.startswith("video.")
    assert told == [0, 1, 2, 3, 4]
    # Cancelled, what was not looked at says so.
    late = service.library.add_files((good, good), cancel=lambda: True)
    assert [o.problems[0].code for o in late] == ["reader.cancelled"] * 2


def test_a_focal_point_is_kept_inside_the_picture(service: Service) -> None:
    digest = add(service, "a.png", scene(1))
    assert service.materials.get(digest).focal == (500, 500)
    assert digest not in service.library.focals()
    assert service.library.set_focal(digest, (250, 1200)).focal == (250, 1000)
    assert service.library.focals() == {digest: (250, 1000)}
    # Added again, it keeps what it was given.
    assert service.materials.add_bytes("again.png", forge.saved(scene(1), "PNG")).focal == (250, 1000)


def test_the_brand_kit_is_kept(service: Service) -> None:
    assert service.library.brand().empty
    logo = add(service, "logo.png", scene(4, (200, 200)))
    kept = service.library.save_brand(BrandKit(("#E60012",), (logo,), (" 云杉商城 ",), ("【云杉】",)))
    assert kept == BrandKit(("#e60012",), (logo,), ("云杉商城",), ("云杉",))
    assert service.library.brand() == kept
    assert [r.material.digest for r in service.library.list() if r.logo] == [logo]
    with pytest.raises(Refused) as refused:
        service.library.save_brand(BrandKit(logos=("0" * 64,)))
    assert code(refused) == ["material.unknown"]
    assert service.library.brand() == kept
    assert service.library.save_brand(BrandKit()).empty
    assert service.library.brand().empty


def test_a_brand_kit_that_another_hand_changed_meanwhile_is_not_overwritten(service: Service) -> None:
    seen = service.library.brand()
    first = service.library.save_brand(BrandKit(names=("云杉",)), seen)
    with pytest.raises(Refused) as refused:
        service.library.save_brand(BrandKit(names=("雅居",)), seen)
    assert [p.code for p in refused.value.problems] == ["brand.changed_meanwhile"]
    assert service.library.brand() == first
    assert service.library.save_brand(BrandKit(names=("雅居",)), first).names == ("雅居",)
