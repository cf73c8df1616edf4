# SPDX-License-Identifier: Apache-2.0
"""Messages whose links stand under a custom domain or lead to a custom jump URL: filed or refused, told and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from koodesk.domain.billing.items import Item
from koodesk.domain.sms import parts
from koodesk.engine.errors import ApiError
from koodesk.engine.links import link_length
from koodesk.engine.rule_book import sms_rules
from tests.engine.client import batch
from tests.engine.inside import Inside

FIRST = 13_800_000_000
DOMAIN = "hongbao" + "a" * 40 + ".yunshan.cn"
URL = "https://shop.yunshan.cn/sale?from=sms"


@pytest.fixture
def filed(inside: Inside) -> Inside:
    """An engine where a long domain is filed for standard codes, another for custom ones, and a host."""
    inside.reviewed("domain", "1", {"name": DOMAIN, "generation": 1})
    inside.reviewed("domain", "2", {"name": "code.yunshan.cn", "generation": 2})
    inside.reviewed("jump_url", "1", {"url": "https://shop.yunshan.cn/", "host": "shop.yunshan.cn"})
    return inside


def message(inside: Inside, answer: Any) -> dict[str, Any]:
    """Return what the first recipient of an answer got."""
    return inside.acceptance.message(inside.connection, int(answer["results"][0][2]))


def test_a_message_stands_under_its_own_domain(filed: Inside) -> None:
    tpl = filed.clear()
    told = message(filed, filed.accept("own", batch(tpl, FIRST, 1, domain=DOMAIN.upper(), jump_url=URL)))
    assert told["short_url"] == f"https://{DOMAIN}/{told['aim_code']}"
    assert f"{DOMAIN}/{told['aim_code']}" in told["sms_text"]
    assert told["jump_url"] == URL
    plain = message(filed, filed.accept("plain", batch(tpl, FIRST + 1, 1)))
    assert plain["short_url"].startswith("https://km2g.cn/")
    assert plain["jump_url"] == ""
    assert len(told["sms_text"]) - len(plain["sms_text"]) == link_length(DOMAIN) - link_length()


def test_the_longer_link_is_billed(filed: Inside) -> None:
    """One part under the public domain, two under a long one: what an SMS is billed as follows from its text."""
    tpl = filed.clear()
    filed.settings = replace(filed.settings, delivered=1.0)
    texts, billed = [], []
    for key, domain in (("plain", ""), ("own", DOMAIN)):
        told = message(filed, filed.accept(key, batch(tpl, FIRST, 10, domain=domain)))
        texts.append(parts(sms_rules().template, len(told["sms_text"])))
        (quantity,) = filed.connection.execute(
            "SELECT sum(quantity) FROM batch_usage WHERE batch_id = (SELECT max(id) FROM batch) AND item = ?",
            (Item.PROMOTION_SEND.value,),
        ).fetchone()
        billed.append(quantity)
    assert texts == [1, 2]
    assert billed == [10, 20]


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ({"domain": "go.other.cn"}, "KD.DOMAIN_NOT_FILED"),
        ({"domain": "code.yunshan.cn"}, "KD.DOMAIN_NOT_FILED"),
        ({"domain": "a" * 101}, "KD.FIELD"),
        ({"jump_url": "https://shop.other.cn/"}, "KD.JUMP_URL_NOT_FILED"),
        ({"jump_url": "javascript:alert(1)"}, "KD.FIELD"),
        ({"jump_url": "http://127.1/"}, "KD.FIELD"),
        ({"jump_url": "https://shop.yunshan.cn/" + "a" * 2_025}, "KD.FIELD"),
    ],
)
def test_links_that_are_not_filed_are_refused_as_a_whole(
    filed: Inside, links: dict[str, str], code: str
) -> None:
    tpl = filed.clear()
    with pytest.raises(ApiError) as caught:
        filed.accept("k", batch(tpl, FIRST, 2, **links))
    assert caught.value.code == code
    assert filed.acceptances() == []


def test_at_the_limit_a_jump_url_is_taken(filed: Inside) -> None:
    tpl = filed.clear()
    url = "https://shop.yunshan.cn/" + "a" * (2_048 - 24)
    assert message(filed, filed.accept("k", batch(tpl, FIRST, 1, jump_url=url)))["jump_url"] == url
