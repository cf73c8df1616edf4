# SPDX-License-Identifier: Apache-2.0
"""Chapter 4 without a window, through the real engine process: filing, account, channel number, binding, shortcut, and what
a message shows of it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.problem import Refused
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import HomePage, Profile, RecordKind, ServicePicture
from tests.domain.service_account.samples import HOME, MENU, PORT, PROFILE, SHORTCUT, SIGN
from tests.domain.test_company import GOOD

pytestmark = pytest.mark.slow

HOUR, DAY = 3_600, 86_400


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        try:
            yield service
        finally:
            service.engine.stop()


def pass_time(service: Service, seconds: int) -> None:
    service.engine.forward(seconds)
    service.reviews.sync()


def file(folder: Path, name: str, size: tuple[int, int] = (400, 500), colour: str = "#D7E3F4") -> Path:
    path = folder / name
    Image.new("RGB", size, colour).save(path)
    return path


def picture(service: Service, path: Path, name: str) -> ServicePicture:
    rule = service.service_accounts.checker.rules.pictures[name]
    row = service.materials.add_account_picture(path, rule)
    kind = {"image/png": "png", "image/jpeg": "jpg"}[row.media_type]
    return ServicePicture(row.digest, row.width, row.height, row.size, kind)


def file_the_company(service: Service, folder: Path) -> None:
    kind = FilingKind.SERVICE_ACCOUNT
    for paper in ("licence", "aim_authorization"):
        service.filings.attach(
            kind, paper, file(folder, f"{paper}.png", colour="#FFFFFF" if paper == "licence" else "#EEEEEE")
        )
    service.filings.set_company(kind, GOOD)
    assert service.filings.submit(kind).state is FilingState.WAITING
    pass_time(service, 12 * DAY)
    assert service.filings.get(kind).state is FilingState.APPROVED


def parts(service: Service, folder: Path) -> tuple[Profile, HomePage]:
    accounts = service.service_accounts
    letter = accounts.add_paper(file(folder, "letter.png", (300, 420)))
    profile = replace(
        PROFILE, logo=picture(service, file(folder, "logo.png", (400, 300)), "logo"), papers=(letter,)
    )
    home = replace(
        HOME,
        background=picture(service, file(folder, "home.png", (1600, 1200), "#2F6FDE"), "background"),
        quick_apps=(
            replace(
                HOME.quick_apps[0], logo=picture(service, file(folder, "app.png", (200, 200)), "quick_app")
            ),
        ),
    )
    return profile, home


def test_chapter_four(service: Service, tmp_path: Path) -> None:
    accounts, ports, shortcuts = service.service_accounts, service.account_ports, service.account_shortcuts
    with pytest.raises(Refused):
        accounts.create(PROFILE)
    file_the_company(service, tmp_path)
    profile, home = parts(service, tmp_path)
    assert profile.logo is not None
    assert (profile.logo.width, profile.logo.height) == (300, 300)  # the middle of what was chosen
    row = accounts.create(replace(profile, auto_port=False), MENU, home)
    row = accounts.submit(row.id)
    assert [r.approval for r in row.records] == [Approval.WAITING] * 3
    pass_time(service, 10 * DAY)
    row = accounts.get(row.id)
    assert [(r.approval, r.life) for r in row.records] == [(Approval.APPROVED, Life.IN_EFFECT)] * 3, (
        row.records
    )

    letter = accounts.add_paper(file(tmp_path, "port.png"), RecordKind.PORT)
    port = ports.create(replace(PORT, papers=(letter,)))
    shortcut = shortcuts.create(replace(SHORTCUT, papers=(letter,)))
    pass_time(service, 5 * DAY)
    assert ports.get(port.id).record.life is Life.IN_EFFECT
    assert accounts.effects_on(SIGN, "110000").empty
    ports.bind(port.id, row.id)

    south, north = accounts.effects_on(SIGN, "440300"), accounts.effects_on(SIGN, "110000")
    assert (south.name, south.menu, south.home, south.shortcuts) == (
        PROFILE.name,
        MENU,
        home,
        SHORTCUT.buttons,
    )
    assert (north.menu, north.shortcuts) == (MENU, ())
    assert accounts.effects_on("别的签名", "440300").empty
    # What it shows may not leave the gallery, and what is bound may not go.
    with pytest.raises(Refused) as refused:
        service.materials.delete(profile.logo.digest)
    assert [p.code for p in refused.value.problems] == ["material.in_use"]
    with pytest.raises(Refused) as refused:
        ports.delete(port.id)
    assert [p.code for p in refused.value.problems] == ["sa.port.bound"]
    accounts.freeze(row.id, "品牌更名")
    assert accounts.effects_on(SIGN, "440300").menu is None
    assert accounts.effects_on(SIGN, "440300").shortcuts == ()
    accounts.unfreeze(row.id)
    pass_time(service, 10 * DAY)
    assert accounts.effects_on(SIGN, "440300").menu == MENU
    assert shortcuts.get(shortcut.id).in_effect


def test_approved_first_and_in_effect_within_a_day(service: Service, tmp_path: Path) -> None:
    file_the_company(service, tmp_path)
    profile, home = parts(service, tmp_path)
    row = service.service_accounts.create(profile, MENU, home)
    service.service_accounts.submit(row.id)
    seen: set[tuple[Approval, Life]] = set()
    approved_at = 0
    for hour in range(24 * 12):
        pass_time(service, HOUR)
        found = service.service_accounts.get(row.id).profile
        seen.add((found.approval, found.life))
        if found.approval is Approval.APPROVED and not approved_at:
            approved_at = hour
        if found.life is Life.IN_EFFECT:
            assert hour - approved_at <= 24
            break
    assert seen == {
        (Approval.WAITING, Life.NOT_IN_EFFECT),
        (Approval.APPROVED, Life.NOT_IN_EFFECT),
        (Approval.APPROVED, Life.IN_EFFECT),
    }
