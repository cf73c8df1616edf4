# SPDX-License-Identifier: Apache-2.0
"""Phones from the command line: a real send, a card as it was sent, taps that come home, and R that opts out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from koodesk.backend.bootstrap import open_service
from tests.cli.test_campaign_end_to_end import SEND, Desk, number_file

pytestmark = pytest.mark.slow

FIRST = 13_955_500_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk") / "workspace")
    with open_service(made.workspace) as service:
        told = service.engine.settings()
        service.engine.change(
            replace(told, delivered=1.0, resolved=0.0, replied=0.0, duplicate_receipts=0.0, out_of_order=0.0)
        )
    yield made
    made.run("engine", "stop")


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(number_file(tmp_path_factory.mktemp("numbers") / "名单.xlsx", 20, FIRST))


def sent(desk: Desk, numbers: str) -> Any:
    desk.by_day()
    return desk.told("campaign", "send", *SEND, "--audience", numbers, "--receipts", "20", "--yes")


def card_number(desk: Desk) -> tuple[int, str]:
    """Find a number whose phone shows the card and give it to the first phone; return it and its message."""
    with open_service(desk.workspace) as service:
        for number in range(FIRST, FIRST + 20):
            service.phones.set_number(1, str(number))
            message = service.phones.inbox(1).rows[0].message_id
            shown = service.phones.open(message)
            if shown.vendor and shown.card:
                return number, message
    raise AssertionError("nobody got a card")


def test_from_the_inbox_to_the_next_send(desk: Desk, numbers: str) -> None:
    first = sent(desk, numbers)
    number, message = card_number(desk)
    assert desk.told("phone", "number", "2", str(number))["vendor"] == "XIAOMI"
    assert desk.told("phone", "inbox", "2")["items"][0]["message_id"] == message
    before = desk.told("phone", "open", message)
    assert before["counts"] == {"exposed": 0, "clicked": 0, "reply": 0}
    # Today's edit changes nothing of what was sent.
    with open_service(desk.workspace) as service:
        row, template = service.cards.open(1)
        service.cards.save(1, replace(template, name="改过了"), row.revision)
    shown = desk.told("phone", "open", message)
    assert (shown["digest"], shown["same_digest"]) == (before["digest"], True)
    with open_service(desk.workspace) as service:
        assert service.phones.open(message).template == template
    tapped = desk.told("phone", "tap", message, "button:5")["receipts"]
    assert [(one["kind"], one["code"], one["arrived"]) for one in tapped] == [
        ("shortchain", "", True),
        ("exposed", "", True),
        ("clicked", "button:5", True),
    ]
    desk.told("phone", "tap", message, "button:5")
    assert desk.told("phone", "open", message)["counts"] == {"exposed": 1, "clicked": 2, "reply": 0}
    with open_service(desk.workspace) as service:
        total = service.campaigns.funnel(first["id"]).total
    assert (total.resolved, total.exposed, total.clicked) == (1, 1, 1)  # PV is two, UV one
    refused = desk.told("phone", "tap", message, "button:9", code=1)
    assert refused["problems"][0]["params"]["error_code"] == "KD.TAP.COMPONENT"
    assert desk.told("phone", "reply", message, "R")["opted_out"] is True
    record = desk.told("recorder", str(number))
    (told,) = record["campaigns"]
    assert (told["message_id"], told["digest"]) == (message, before["digest"])
    happened = [event["what"] for event in told["events"] if event["what"] != "repeated"]
    assert happened == [
        *("imported", "to_send", "chunk", "tried", "accepted", "sms", "shortchain", "exposed"),
        *("clicked", "clicked", "reply", "opted_out"),
    ]
    assert [one["source"] for one in record["opt_outs"]] == ["reply"]
    with open_service(desk.workspace) as service:
        service.cards.save(1, template, service.cards.get(1).revision)
    second = sent(desk, numbers)
    assert second["opted_out"] == 1
    left = desk.told("recorder", str(number), "--campaign", str(second["id"]))["campaigns"][0]
    assert left["message_id"] == ""
    assert ("left_out", "opted_out") in [
        (event["what"], event["params"].get("bucket")) for event in left["events"]
    ]


def test_what_is_no_number_is_refused(desk: Desk) -> None:
    refused = desk.told("recorder", "1380013", code=1)
    assert [one["code"] for one in refused["problems"]] == ["phone.number"]
    assert desk.told("recorder", "19999999999")["campaigns"] == []
    assert [one["vendor"] for one in desk.told("phone", "list")["items"]][:2] == ["HUAWEI", "XIAOMI"]
