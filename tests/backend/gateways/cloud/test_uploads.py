# SPDX-License-Identifier: Apache-2.0
"""Files are uploaded once, by their content and their ratio, and again only when the platform has deleted them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.gateways.cloud.uploads import EARLIER_MS, LIMITS, RATES, Uploads, nearest
from koodesk.backend.ports.cloud_records import UPLOADS_KEPT_MS, CloudUpload
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.domain.crop import Crop
from koodesk.domain.layout_contents import empty
from koodesk.domain.problem import Refused
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template, VideoContent
from tests.backend.gateways.cloud.clearing_world import Files, picture
from tests.backend.gateways.cloud.platform import Asked, Platform, client, http, platform
from tests.databases import open_database
from tests.domain.strategies import good, pack, red_packet

MATERIALS = "/v1/aim/template-materials"
DAY_MS = 86_400_000


class Shelf:
    """A platform with a shelf of materials; `sent` are the bodies of what was uploaded."""

    def __init__(self, told: Platform) -> None:
        self.told = told
        self.sent: list[dict[str, Any]] = []
        self.there: dict[str, str] = {}
        self.fails: bytes | str | None = ""
        told.answers[MATERIALS] = self.answer

    def answer(self, asked: Asked) -> bytes | None:
        if asked.method == "GET":
            name = asked.query["file_name"]
            rows = [
                {"id": f"m{one}", "aim_resource_id": one, "file_name": n} for n, one in self.there.items()
            ]
            return http(200, {"data": {"results": [row for row in rows if row["file_name"] == name]}})
        self.sent.append(asked.body)
        number = f"{690 + len(self.sent)}"
        self.there[asked.body["file_name"]] = number
        if self.fails != "":
            return self.fails if isinstance(self.fails, bytes) else None
        return http(200, {"data": {"material_id": f"m{number}", "aim_resource_id": number}})


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with platform() as told:
        yield Shelf(told)


class Office:
    def __init__(self, shelf: Shelf, folder: Path) -> None:
        database = open_database(folder)
        database.prepare()
        self.records = SqlCloudRecords(database)
        self.files = Files()
        self.now = 1_000 * DAY_MS
        self.uploads = Uploads(client(shelf.told.url), self.records, self.files, lambda: self.now)

    def card(self, crop: Crop | None = None) -> Template:
        """Return a card with one picture as the platform has it."""
        card = good()
        first = next(c for c in card.contents() if isinstance(c, ImageContent) and c.picture)
        assert isinstance(first, ImageContent)
        assert first.picture is not None
        cut = replace(first, picture=replace(first.picture, crop=crop))
        return self.uploads.card(card.with_content(cut), red_packet())


@pytest.fixture
def office(shelf: Shelf, tmp_path: Path) -> Office:
    return Office(shelf, tmp_path)


def sources(card: Template) -> set[str]:
    return {
        m.remote
        for c in card.contents()
        if isinstance(c, ImageContent) and c.picture
        for m in [c.picture.material]
    }


def test_a_picture_leaves_once_with_its_type_its_ratio_and_a_name_of_its_own(
    shelf: Shelf, office: Office
) -> None:
    card = office.card()
    assert office.card() == card
    (body,) = shelf.sent
    assert sources(card) == {"id:691"}
    data = picture("red")
    assert body["file_stream"] == "data:image/png;base64," + base64.b64encode(data).decode()
    assert (body["resource_type"], body["file_type"], body["image_rate"]) == ("image", "stream", "oneToOne")
    (known,) = office.records.uploads()
    assert (known.digest, known.name) == (hashlib.sha256(data).hexdigest(), body["file_name"])


def test_another_crop_is_another_file(shelf: Shelf, office: Office) -> None:
    office.card()
    office.files.colour = "blue"
    office.card(Crop(0, 0, 100, 100))
    assert [crop for _, crop in office.files.asked] == [None, Crop(0, 0, 100, 100)]
    assert len({body["file_name"] for body in shelf.sent}) == 2


@pytest.mark.parametrize(
    ("days", "deleted", "uploads", "asked"),
    [
        (28, True, 1, 1),  # used within its time: nobody asks, whatever became of it
        (30, False, 1, 2),  # its time is over: looked for, and there
        (30, True, 2, 2),  # and not there: uploaded again
    ],
)
def test_a_file_whose_time_is_over_is_looked_for_and_uploaded_again(
    shelf: Shelf, office: Office, days: int, deleted: bool, uploads: int, asked: int
) -> None:
    office.card()
    if deleted:
        shelf.there.clear()
    office.now += days * DAY_MS
    office.card()
    assert len(shelf.sent) == uploads
    assert len([one for one in shelf.told.asked if one.method == "GET"]) == asked
    (known,) = office.records.uploads()
    assert known.used_ms == office.now
    assert known.expires_ms == office.now + UPLOADS_KEPT_MS


def test_the_last_moment_of_a_file_is_a_day_before_the_platforms(shelf: Shelf, office: Office) -> None:
    office.card()
    office.now += UPLOADS_KEPT_MS - EARLIER_MS - 1
    office.card()
    assert len([one for one in shelf.told.asked if one.method == "GET"]) == 1
    office.now += UPLOADS_KEPT_MS - EARLIER_MS
    office.card()
    assert len([one for one in shelf.told.asked if one.method == "GET"]) == 2


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{}", http(503, {})])
def test_an_upload_whose_answer_was_lost_is_found_by_its_name(
    shelf: Shelf, office: Office, answer: bytes | None
) -> None:
    shelf.fails = answer
    with pytest.raises(Refused) as refused:
        office.card()
    assert [one.code for one in refused.value.problems] == ["gateway.unreachable"]
    shelf.fails = ""
    office.card()
    assert len(shelf.sent) == 1


def test_a_video_leaves_with_its_cover(shelf: Shelf, office: Office) -> None:
    layout = next(
        one for one in pack().layouts.values() if any(slot.kind.value == "video" for slot in one.slots)
    )
    slot = next(slot for slot in layout.slots if slot.kind.value == "video")
    film = b"\x00\x00\x00\x18ftypmp42 film"
    office.files.kept["f" * 64] = film
    blank = empty(slot, 0)
    assert isinstance(blank, VideoContent)
    video = replace(
        blank,
        video=MaterialRef("f" * 64, 640, 360, len(film), "video/mp4", 5_000),
        cover=Picture(MaterialRef("0" * 64, 640, 360, 10)),
    )
    card = replace(good(), layout=layout.id, pages=(replace(good().pages[0], contents=(video,)),))
    (made,) = office.uploads.card(card, layout).contents()
    assert isinstance(made, VideoContent)
    assert made.video is not None
    assert made.cover is not None
    assert (made.video.remote, made.cover.material.remote) == ("id:691", "id:692")
    assert [body["resource_type"] for body in shelf.sent] == ["video", "thumbnail"]
    assert shelf.sent[1]["material_id"] == "m691"


@pytest.mark.parametrize(("more", "leaves"), [(0, True), (1, False)])
def test_what_is_too_large_does_not_leave(shelf: Shelf, office: Office, more: int, leaves: bool) -> None:
    data = b"\x89PNG" + bytes(LIMITS["image"] - 4 + more)
    office.files.kept = dict.fromkeys([m.digest for m in good().materials()], data)
    office.files.whole = True
    if leaves:
        office.card()
    else:
        with pytest.raises(Refused) as refused:
            office.card()
        assert [one.code for one in refused.value.problems] == ["cloud.upload_limit"]
    assert len(shelf.sent) == int(leaves)


def test_a_paper_is_uploaded_once(shelf: Shelf, office: Office) -> None:
    shelf.told.tells("/v1/sms/signatures/files", {"file_id": "p1"})
    paper = {"name": "营业执照.jpg", "digest": "a" * 64}
    assert [office.uploads.paper(paper), office.uploads.paper(paper)] == ["p1", "p1"]
    assert len([one for one in shelf.told.asked if one.method == "POST"]) == 1
    assert CloudUpload("paper", "a", "", "n", 1, "p1", used_ms=5).expires_ms == 0


@pytest.mark.parametrize("ratio", RATES, ids=[one.name for one in RATES])
def test_a_picture_of_a_ratio_is_nearest_to_it(ratio: Any) -> None:
    assert nearest(ratio.width * 100, ratio.height * 100) == ratio.name
