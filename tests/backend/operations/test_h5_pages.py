# SPDX-License-Identifier: Apache-2.0
"""H5 pages from the desk's side: nothing is served before it is asked for, the network only by its own right, pictures once and small."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from koodesk.backend.operations.h5_pages import SMALL_BYTES, H5Pages
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.materials import Pictures
from koodesk.backend.ports.resolve import PagesStatus
from koodesk.domain.access import read_access_rules
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import RESOURCES
from tests.domain.strategies import good


@dataclass
class Engine:
    """Stands in for the engine's pages."""

    mode: str = "off"
    pictures: dict[str, bytes] = field(default_factory=dict)
    previews: list[tuple[str, Mapping[str, str], str, int]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def pages(self) -> PagesStatus:
        hosts = {"off": (), "loopback": ("127.0.0.1",), "network": ("192.168.1.5", "127.0.0.1")}[self.mode]
        return PagesStatus(self.mode, 8000, tuple(f"http://{h}:8000" for h in hosts), len(self.previews))

    def switch(self, mode: str) -> PagesStatus:
        self.mode = mode
        return self.pages()

    def missing(self, digests: Sequence[str]) -> tuple[str, ...]:
        return tuple(one for one in digests if one not in self.pictures)

    def put_picture(self, digest: str, data: bytes) -> None:
        assert digest not in self.pictures, "handed over twice"
        self.pictures[digest] = data

    def preview(
        self, template: str, vendor: str, values: Mapping[str, str], sender: str, minutes: int
    ) -> tuple[str, str, int]:
        del template
        self.previews.append((vendor, values, sender, minutes))
        return "token", "/p/token", 1_000

    def end_preview(self, token: str) -> bool:
        self.ended.append(token)
        return True


class Shrinker:
    """Stands in for the reader of pictures: says no to one kind, else halves."""

    def optimise(self, path: Path, max_bytes: int, *_: Any) -> Any:
        data = path.read_bytes()
        if data.startswith(b"odd"):
            raise Refused(problem("picture.unreadable", file=path.name))
        return SimpleNamespace(data=data[:max_bytes])


class Desk:
    def __init__(self, folder: Path, policy: str = "KooMessage FullAccess") -> None:
        rules = read_access_rules((RESOURCES / "rules" / "access.toml").read_text("utf-8"))
        self.engine = Engine()
        self.folder = folder
        self.pages = H5Pages(
            Access(rules, rules.principal("somebody", (policy,))),
            self.engine,
            cast(Pictures, Shrinker()),
            lambda digest: folder / digest,
        )

    def card(self, data: bytes, kind: str = "image/jpeg", *, stored: bool = True) -> Template:
        digest = hashlib.sha256(data).hexdigest()
        if stored:
            (self.folder / digest).write_bytes(data)
        template = good()
        image = next(c for c in template.contents() if isinstance(c, ImageContent))
        ref = MaterialRef(digest, 10, 10, len(data), kind)
        return template.with_content(replace(image, picture=Picture(ref)))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_preview_starts_the_listener_for_this_machine_and_no_more(desk: Desk) -> None:
    found = desk.pages.preview(desk.card(b"small"), Vendor.XIAOMI, {"name": "张三"}, 5)
    assert (desk.engine.mode, found.url, found.network) == (
        "loopback",
        "http://127.0.0.1:8000/p/token",
        False,
    )
    assert desk.engine.previews == [("XIAOMI", {"name": "张三"}, "云杉商城", 5)]
    assert desk.pages.end_preview(found.token)


def test_in_the_network_the_address_is_the_networks(desk: Desk) -> None:
    desk.pages.open_network(True)
    assert desk.pages.preview(desk.card(b"small"), Vendor.HUAWEI).url == "http://192.168.1.5:8000/p/token"
    assert desk.pages.open_network(False).mode == "loopback"
    assert desk.pages.turn_off().mode == "off"


def test_pictures_are_handed_over_once_and_small(desk: Desk) -> None:
    large, odd = b"L" * (SMALL_BYTES + 1), b"odd" + b"x" * SMALL_BYTES
    for data in (b"small", large, odd):
        card = desk.card(data)
        desk.pages.hand_over(card)
        desk.pages.hand_over(card)
    assert [len(data) for data in desk.engine.pictures.values()] == [5, SMALL_BYTES, len(odd)]


def test_a_picture_that_is_gone_and_a_video_are_left_out(desk: Desk) -> None:
    desk.pages.hand_over(desk.card(b"gone", stored=False))
    desk.pages.hand_over(desk.card(b"film", "video/mp4"))
    assert desk.engine.pictures == {}


@pytest.mark.parametrize(
    ("policy", "may"),
    [("FullAccess", True), ("CommonOperations", True), ("ReadOnlyAccess", False), ("Development", False)],
)
def test_the_network_is_a_right_of_its_own(tmp_path: Path, policy: str, may: bool) -> None:
    desk = Desk(tmp_path, f"KooMessage {policy}")
    desk.pages.preview(desk.card(b"small"), Vendor.HUAWEI)
    if may:
        assert desk.pages.open_network(True).mode == "network"
        return
    with pytest.raises(Refused) as refused:
        desk.pages.open_network(True)
    assert [p.code for p in refused.value.problems] == ["access.denied"]
    assert desk.engine.mode == "loopback"
