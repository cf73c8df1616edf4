# SPDX-License-Identifier: Apache-2.0
"""Public templates and starters as cards of the workspace, through the real readers; and without one for videos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.operations.ready_cards import keep_samples
from koodesk.backend.service import Service
from koodesk.backend.views.materials import MaterialRow
from koodesk.backend.workspace import Workspace
from koodesk.domain.checks import check
from koodesk.domain.problem import Refused, errors, problem
from koodesk.domain.public_cards import public_recipe
from koodesk.domain.samples import Shelf
from koodesk.domain.template import Template, VideoContent
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import RESOURCES, pack


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        yield service


def video_of(template: Template) -> VideoContent:
    return next(c for c in template.contents() if isinstance(c, VideoContent))


def test_the_list_says_what_each_is(service: Service) -> None:
    rows = {row.name: row for row in service.cards.public()}
    moon = rows["mid-autumn"]
    assert (moon.title_zh, moon.title_en) == ("中秋团圆好礼", "Mid-Autumn gifts")
    assert (moon.layout, moon.params) == ("StandardImageAndText", ("name",))
    assert moon.vendors == tuple(Vendor)
    assert "festival" in moon.tags
    assert rows["concert"].vendors == (Vendor.HUAWEI, Vendor.OPPO, Vendor.SAMSUNG)


def test_a_copy_is_a_card_like_any_other_and_the_public_one_stays(service: Service) -> None:
    before, _ = service.cards.open_public("mid-autumn")
    row = service.cards.new_from_public("mid-autumn")
    assert (row.name, row.left_open) == ("中秋团圆好礼", ())
    _, template = service.cards.open(row.id)
    assert errors(check(template, pack())) == ()
    for material in template.materials():
        assert service.materials.path(material.digest).is_file()
    again = service.cards.new_from_public("mid-autumn")
    service.cards.delete(row.id)
    assert [r.id for r in service.cards.list()] == [again.id]
    assert service.cards.open_public("mid-autumn")[0] == before
    assert len(service.cards.public()) >= 24


def test_only_what_is_there_can_be_copied(service: Service) -> None:
    for name in ("no-such", "../starters/RedPacket"):
        with pytest.raises(Refused) as refused:
            service.cards.new_from_public(name)
        assert [p.code for p in refused.value.problems] == ["card.public_unknown"]
    assert service.cards.list() == ()


@pytest.mark.parametrize("made", ["public", "starter"])
def test_a_video_is_stored_through_its_reader(service: Service, made: str) -> None:
    pytest.importorskip("av", reason="videos need PyAV, the extra `video`")
    cards = service.cards
    row = cards.new_from_public("car-launch") if made == "public" else cards.new("Video")
    assert row.left_open == ()
    _, template = cards.open(row.id)
    shown = video_of(template).video
    assert shown is not None
    stored = service.materials.get(shown.digest)
    assert (stored.media_type, stored.duration_ms) == ("video/mp4", 5000)
    assert stored.name in ("car.mp4", "tea.mp4")
    assert errors(check(template, pack())) == ()


class NoVideos:
    """A gallery where no video reader is installed, as `reader child` answers it then; pictures are those of a real one."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def add_bytes(self, name: str, data: bytes) -> MaterialRow:
        if name.endswith(".mp4"):
            raise Refused(problem("video.reader_missing"))
        return self._service.materials.add_bytes(name, data)


def test_without_a_video_reader_the_card_is_made_and_says_what_is_missing(service: Service) -> None:
    shelf = Shelf(RESOURCES)
    recipe = public_recipe(RESOURCES, "car-launch")
    template = recipe.make(pack().layouts[recipe.layout], shelf)
    kept, left_open = keep_samples(template, shelf, NoVideos(service))
    assert [p.code for p in left_open] == ["card.sample_video_left_open", "video.reader_missing"]
    assert left_open[0].param("file") == "car.mp4"
    content = video_of(kept)
    assert content.video is None
    assert content.cover is not None
    assert service.materials.path(content.cover.material.digest).is_file()
    assert [p.code for p in errors(check(kept, pack()))] == ["video.card_missing"]


def test_a_picture_that_cannot_be_stored_is_no_small_thing(service: Service) -> None:
    class Full(NoVideos):
        def add_bytes(self, name: str, data: bytes) -> MaterialRow:
            del data
            raise Refused(problem("file.unwritable", name, file=name))

    shelf = Shelf(RESOURCES)
    recipe = public_recipe(RESOURCES, "mid-autumn")
    template = recipe.make(pack().layouts[recipe.layout], shelf)
    with pytest.raises(Refused):
        keep_samples(template, shelf, Full(service))
