# SPDX-License-Identifier: Apache-2.0
"""Rule packs at the front door: what one would change for the stored cards, installing, removing, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.ports.progress import Progress
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack_summary import summary
from tests.domain import packs
from tests.domain.strategies import good, pack


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf of this test's own."""
    place = tmp_path / "data" / "installed-rules.zip"
    monkeypatch.setattr(paths, "installed_rules", lambda: place)
    return place


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        yield service


def test_what_another_pack_changes_for_my_cards(service: Service, tmp_path: Path) -> None:
    touched = service.cards.create(good())
    service.cards.create(replace(good(), name="短名"))
    place = packs.folder(tmp_path / "pack", packs.SHORTER)
    seen: list[Progress] = []
    found = service.rules.compare(place / "pack.toml", progress=seen.append)
    assert (found.date, found.newer, found.checked, found.unreadable) == (packs.NEWER, True, 2, 0)
    assert [(c.where, c.old, c.new) for c in found.changes] == [
        ("date", pack().date, packs.NEWER),
        ("numbers/tpl_name.max/value", "17", "3"),
    ]
    (card,) = found.cards
    assert (card.card_id, card.name, card.layout) == (touched.id, touched.name, "RedPacket")
    assert [p.code for p in card.effect.appear] == ["name.too_long"]
    assert card.effect.disappear == ()
    assert [p.done for p in seen] == [1, 2]
    assert service.rules.compare(place, cancel=lambda: True).checked == 0
    assert service.rules.status().installed is False


def test_an_installed_pack_is_used_from_the_next_start_on(service: Service, tmp_path: Path) -> None:
    card = service.cards.create(good())
    row = service.rules.install(packs.archive(tmp_path / "pack.zip", packs.SHORTER))
    assert (row.date, row.next_date, row.installed, row.waits_for_start) == (
        pack().date,
        packs.NEWER,
        True,
        True,
    )
    assert "name.too_long" not in {p.code for p in service.cards.check(card.id)}
    with open_service(Workspace(tmp_path / "workspace")) as later:
        assert (later.rules.status().date, later.rules.status().waits_for_start) == (packs.NEWER, False)
        assert "name.too_long" in {p.code for p in later.cards.check(card.id)}
        assert later.rules.remove().next_date == pack().date
    assert service.rules.status().waits_for_start is False


def test_the_open_workspace_is_judged_anew_without_a_start(service: Service, tmp_path: Path) -> None:
    card = service.cards.create(good())
    service.rules.install(packs.archive(tmp_path / "pack.zip", packs.SHORTER))
    anew = service.by_rules_in_use()
    assert (anew.rules.status().date, anew.rules.status().waits_for_start) == (packs.NEWER, False)
    assert "name.too_long" in {p.code for p in anew.cards.check(card.id)}
    assert anew.rules.summary() == summary(anew.cards.pack)
    assert anew.cards.pack.limit("tpl_name.max") == 3
    # A call under way on the other ends by its own pack, and what does not judge is one for both.
    assert "name.too_long" not in {p.code for p in service.cards.check(card.id)}
    assert anew.campaigns is service.campaigns
    assert anew.engine is service.engine
    anew.rules.remove()
    assert anew.by_rules_in_use().rules.status().date == pack().date


def test_a_bad_or_older_pack_changes_nothing(service: Service, tmp_path: Path, installed: Path) -> None:
    bad = packs.folder(tmp_path / "bad")
    (bad / "events.toml").write_bytes(b"[")
    old = packs.folder(tmp_path / "old", date="2020-01-01")
    for place, code in ((bad, "pack.unreadable"), (old, "pack.not_newer"), (tmp_path, "pack.not_a_pack")):
        with pytest.raises(Refused) as refused:
            service.rules.install(place)
        assert refused.value.problems[0].code == code
    assert not installed.exists()
    assert service.rules.install(old, older=True).next_date == "2020-01-01"


def test_who_may_only_read_may_compare_and_not_install(tmp_path: Path) -> None:
    reader = access_rules().principal("reader", ("KooMessage ReadOnlyAccess",))
    place = packs.folder(tmp_path / "pack")
    with open_service(Workspace(tmp_path / "workspace"), reader) as service:
        assert service.rules.compare(place).newer
        calls: tuple[Callable[[], object], ...] = (
            lambda: service.rules.install(place),
            service.rules.remove,
        )
        for call in calls:
            with pytest.raises(Refused) as refused:
                call()
            assert refused.value.problems[0].param("action") == "koodesk:rules:install"
