# SPDX-License-Identifier: Apache-2.0
"""Service accounts at the cloud: the same operations against one engine, by its own door and through the official SDK at its cloud API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.uploads import Uploads
from koodesk.backend.views.service_account import AccountRow
from koodesk.domain.digest import content_digest
from koodesk.domain.filing import FilingKind
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import HomePage, Menu, Profile, RecordKind, ServicePicture
from koodesk.engine import control
from tests.backend.gateways.cloud.clearing_world import CLOUD, LOCAL, Office, picture
from tests.backend.operations.clearing_desk import JPG
from tests.domain.service_account.samples import HOME, MENU, PORT, PROFILE
from tests.domain.test_company import GOOD
from tests.engine import client as desk
from tests.engine.cloud.world import World, start
from tests.engine.test_account_filing import filing

pytestmark = pytest.mark.slow

MINUTE_MS, DAY_MS = 60_000, 86_400_000
ONE = Menu((MENU.items[1],))
WAITS = [(Approval.WAITING, Life.NOT_IN_EFFECT)] * 3
LIVES = [(Approval.APPROVED, Life.IN_EFFECT)] * 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine where the company is filed."""
    folder = tmp_path_factory.mktemp("accounts") / "engine"
    made = start(folder)
    desk.hand_in(made.client, "filing", "service_account", filing())
    made.client.call("POST", "/clock", {"forward_ms": 12 * DAY_MS})
    yield made
    desk.Client.close_all()
    control.stop(folder)


@pytest.fixture
def office(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """A desk at it, whose own filing is approved; of the cloud unless a test says otherwise."""
    made = Office(world, tmp_path, getattr(request, "param", CLOUD))
    kind = FilingKind.SERVICE_ACCOUNT
    for name in ("licence", "aim_authorization"):
        made.desk.filings.attach(kind, name, made.desk.file(f"{name}.jpg", JPG + name.encode()))
    made.desk.filings.set_company(kind, GOOD)
    made.desk.filings.submit(kind)
    if made.over == LOCAL:
        made.forward(12 * DAY_MS)
        made.sync()
    yield made
    made.close()


def shown(office: Office, colour: str, width: int, height: int) -> ServicePicture:
    data = picture(colour, (width, height))
    office.files.kept[content_digest(data)] = data
    return ServicePicture(content_digest(data), width, height, len(data), "png")


def parts(office: Office, name: str) -> tuple[Profile, Menu, HomePage]:
    """A whole account, each of a name of its own: they are of one company."""
    letter = picture("white", (30, 40))
    office.files.kept[content_digest(letter)] = letter
    profile = replace(
        PROFILE,
        name=name,
        logo=shown(office, "red", 240, 240),
        auto_port=False,
        signatures=(),
        papers=(Paper("授权书.png", len(letter), content_digest(letter), "png"),),
    )
    apps = (replace(HOME.quick_apps[0], logo=shown(office, "green", 192, 192)),)
    return profile, MENU, replace(HOME, background=shown(office, "blue", 1440, 810), quick_apps=apps)


def upload(office: Office, profile: Profile, home: HomePage) -> None:
    """Let the platform have the files already."""
    uploads = Uploads(office.client, office.records, office.files, office.now_ms)
    used = (
        (profile.logo, "PUB_LOGO"),
        (home.background, "BG_IMAGE"),
        (home.quick_apps[0].logo, "FASTAPP_LOGO"),
        (profile.papers[0], "OTHER"),
    )
    for one, file_type in used:
        assert one is not None
        uploads.account_file(one.digest, one.type, file_type, office.files.material)


def states(row: AccountRow) -> list[tuple[Approval, Life]]:
    return [(one.approval, one.life) for one in row.records]


def later(office: Office) -> None:
    """Let reviewers decide, and what they approve take effect."""
    office.forward(10 * DAY_MS)
    office.sync()


def there(office: Office, name: str) -> dict[str, list[dict[str, object]]]:
    """What the engine was handed of an account's three records."""
    found = {kind: office.reviews(kind) for kind in ("pub", "sa_menu", "sa_home")}
    (pub,) = {one["ref"] for one in found["pub"] if one["body"]["name"] == name}
    return {
        kind: [one for one in rows if pub in (one["ref"], one["body"]["account"])]
        for kind, rows in found.items()
    }


@pytest.mark.parametrize("office", [LOCAL, CLOUD], indirect=True)
def test_the_life_of_an_account(office: Office) -> None:
    accounts, name = office.desk.accounts, f"旅程{office.over}"
    profile, menu, home = parts(office, name)
    row = accounts.create(profile, menu, home)
    assert states(accounts.submit(row.id)) == WAITS
    later(office)
    row = accounts.get(row.id)
    assert states(row) == LIVES
    assert {kind: len(rows) for kind, rows in there(office, name).items()} == {
        "pub": 1,
        "sa_menu": 1,
        "sa_home": 1,
    }

    row = accounts.save_menu(row.id, ONE, row.menu.revision)
    row = accounts.submit_menu(row.id, "菜单只留一项")
    assert (row.menu.approval, row.menu.live, row.home.approval) == (
        Approval.WAITING,
        MENU,
        Approval.APPROVED,
    )
    assert accounts.urge_menu(row.id).menu.urged_ms
    later(office)
    assert accounts.get(row.id).menu.live == ONE
    assert [len(rows) for rows in there(office, name).values()] == [1, 2, 1], "one menu, changed in place"

    new_home, new_profile = replace(home, summary="换了一句"), replace(profile, abstract="新的简介")
    row = accounts.save_home(row.id, new_home, row.home.revision)
    row = accounts.save_profile(row.id, new_profile, row.profile.revision)
    accounts.submit(row.id, {RecordKind.PROFILE: "简介改了", RecordKind.HOME: "主页介绍改了"})
    later(office)
    row = accounts.get(row.id)
    assert (states(row), row.profile.live, row.home.live) == (LIVES, new_profile, new_home)

    if office.over == CLOUD:
        office.desk.accounts._gateway.freeze(str(row.id), "没有听到应答")  # once more is no error then
    assert accounts.freeze(row.id, "品牌更名").profile.life is Life.FROZEN
    accounts.unfreeze(row.id)
    later(office)
    assert states(accounts.get(row.id)) == LIVES
    assert [len(rows) for rows in there(office, name).values()] == [3, 2, 2]
    uses = ["BG_IMAGE", "FASTAPP_LOGO", "OTHER", "PUB_LOGO"] if office.over == CLOUD else []
    assert sorted(one.rate for one in office.records.uploads()) == uses, "each file once"


@pytest.mark.parametrize(("does", "there_at_once"), [("reset_after", 1), ("reset", 0)])
def test_an_answer_that_is_lost_makes_no_second_account(
    office: Office, does: str, there_at_once: int
) -> None:
    name = f"丢失{there_at_once}"
    profile, menu, home = parts(office, name)
    upload(office, profile, home)  # the faults are for the one call
    row = office.desk.accounts.create(profile, menu, home)
    office.faults(on="submit", does=does)
    with pytest.raises(Refused) as refused:
        office.desk.accounts.submit(row.id)
    assert [one.code for one in refused.value.problems] == ["cloud.unclear"]
    assert [one["body"]["name"] for one in office.reviews("pub")].count(name) == there_at_once
    office.faults()
    office.restarted()
    for _ in range(4):
        office.sync()
        office.forward(11 * MINUTE_MS)
    assert states(office.desk.accounts.get(row.id)) == WAITS
    assert [len(rows) for rows in there(office, name).values()] == [1, 1, 1]


def test_what_is_refused_says_where_to_look_and_is_handed_in_again(office: Office) -> None:
    name = "驳回一次"
    row = office.desk.accounts.create(*parts(office, name))
    office.desk.accounts.submit(row.id)
    for kind in ("pub", "sa_menu"):
        (one,) = there(office, name)[kind]
        office.doors.decide(int(str(one["id"])), approve=kind == "pub", reason="看不懂")
    later(office)
    row = office.desk.accounts.get(row.id)
    assert row.menu.approval is Approval.REJECTED
    assert [one.code for one in row.menu.progress.reasons] == ["review.at_console"]
    row = office.desk.accounts.save_menu(row.id, ONE, row.menu.revision)
    office.desk.accounts.submit_menu(row.id)
    later(office)
    assert office.desk.accounts.get(row.id).menu.live == ONE
    assert [len(rows) for rows in there(office, name).values()] == [1, 2, 1]


def test_a_profile_does_not_go_alone_and_a_menu_not_before_it(office: Office) -> None:
    row = office.desk.accounts.create(*parts(office, "先后"))
    for hand_in, code in (
        (office.desk.accounts.submit_profile, "cloud.account_whole"),
        (office.desk.accounts.submit_menu, "cloud.account_needed"),
    ):
        with pytest.raises(Refused) as refused:
            hand_in(row.id)
        assert [one.code for one in refused.value.problems] == [code]
    office.desk.accounts.submit(row.id)
    assert states(office.desk.accounts.get(row.id)) == WAITS


def test_whom_a_number_serves_is_told_once(office: Office) -> None:
    """The number is registered at the console, as the dossier says; whom it serves goes over the API."""
    desk, name = office.desk, "绑定一次"
    row = desk.accounts.create(*parts(office, name))
    desk.accounts.submit(row.id)
    later(office)
    port = desk.ports.create(PORT)  # approved at the console of the test
    assert port.record.life is Life.IN_EFFECT
    number = {"port": PORT.number, "port_type": int(PORT.type), "sign": [*PORT.signatures], "sign_check": 1}
    office.client.ask("register_port", body=number)
    later(office)

    def bound() -> list[tuple[str, list[str]]]:
        told = office.client.ask("list_port_infos", type=1, port=PORT.number, offset=0, limit=10)
        return [(one["pub_name"], one["sign"]) for one in told["data"]["data"]]

    south = ("440000",)
    office.cloud_accounts().bind(str(row.id), PORT.number, PORT.signatures, south)  # nobody heard of it
    assert len(desk.ports.bind(port.record.id, row.id, regions=south).bindings) == 1
    assert bound() == [(name, [*PORT.signatures])]
    with pytest.raises(Refused) as refused:
        desk.ports.delete(port.record.id)
    assert [one.code for one in refused.value.problems] == ["sa.port.bound"]
    (binding,) = desk.ports.get(port.record.id).bindings
    office.cloud_accounts().unbind(str(row.id), PORT.number, south)  # nor of this
    desk.ports.unbind(binding.id)
    assert (bound(), desk.ports.get(port.record.id).bindings) == ([], ())
    desk.ports.delete(port.record.id)
    told = office.client.ask("list_port_infos", type=0, port=PORT.number, offset=0, limit=10)
    assert not told["data"]["data"]


def test_a_number_that_the_platform_does_not_know_serves_nobody(office: Office) -> None:
    row = office.desk.accounts.create(*parts(office, "绑定不成"))
    office.desk.accounts.submit(row.id)
    later(office)
    port = office.desk.ports.create(replace(PORT, number="106900000001"))
    with pytest.raises(Refused) as refused:
        office.desk.ports.bind(port.record.id, row.id)
    assert [one.code for one in refused.value.problems] == ["gateway.refused"]
    assert not office.desk.ports.get(port.record.id).bindings
