# SPDX-License-Identifier: Apache-2.0
"""A send whose links stand under the company's own domain and lead a browser to its shop: chosen, confirmed, sent, kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

DOMAIN, URL = "go.yunshanshangcheng.cn", "https://shop.yunshan.cn/"
MORE = len(DOMAIN) - len("km2g.cn")


def test_a_send_under_ones_own_domain(windows: Windows, sample: Path, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QLabel

    from koodesk.demo import files
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.domain.recipient import ConsentKind
    from koodesk.domain.resolve_task import DomainDraft, Generation

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path / "files", 5, seed=7))
    ask = story.ask
    ask(lambda service: service.engine.ensure_running())
    ask(lambda s: s.domains.add(DomainDraft(DOMAIN, Generation.STANDARD)))
    ask(lambda s: s.domains.add(DomainDraft("code.yunshan.cn", Generation.CUSTOM)))
    ask(lambda s: s.jump_urls.add(URL))
    story.forward(7 * 24 * 3600)
    ask(lambda service: service.reviews.sync())
    story.wake_at(10)

    card = ask(lambda service: service.cards.list()[0])
    page = cast(Any, robot.go("send", card_id=card.id))
    robot.settle()
    before = page.sms_note.text()
    assert [page.links.domain_choice.itemText(n) for n in range(1, page.links.domain_choice.count())] == [
        DOMAIN
    ], "a domain for custom codes is not for sends"
    page.links.domain_choice.choose(DOMAIN)
    page.links.jump_choice.choose(URL)
    hints = [one.text() for one in page.form.fields["domain"].findChildren(QLabel)]
    assert any(f"长 {MORE} 个字符" in text for text in hints)
    assert page.sms_note.text() != before
    robot.fill(page.name, "自有域名")
    page.audience.fallbacks.button(1).click()
    path = tmp_path / "numbers.xlsx"
    files.numbers(path, tuple(page.audience.card.params), 5, 7)
    page.audience.picker.set_path(str(path))
    robot.wait(lambda: page.audience.audience is not None, "the numbers are checked", 300)
    page.audience.consent_kind.choose(ConsentKind.SIGN_UP)
    robot.fill(page.audience.consent, "2026 年会员注册协议")
    robot.click("send")
    sheet = cast(Any, robot.sheet())
    told = [one.text() for one in sheet.findChildren(QLabel)]
    assert DOMAIN in told
    assert f"跳转到 {URL}" in told
    robot.accept(sheet)
    robot.wait(lambda: robot.window.current_id == "campaigns", "the task shows")
    number = ask(lambda service: service.campaigns.list()[0].id)
    ask(lambda service: service.engine.ensure_worker())
    robot.wait(lambda: ask(lambda s: s.campaigns.get(number)).state == "finished", "it is sent", 120, 250)

    # What its phones got, what the page of the task says, and what must stay while the links live.
    robot.settle()
    assert f"短链域名 {DOMAIN}" in cast(Any, robot.page).facts.text()
    details = ask(lambda s: s.campaigns.details(number)).rows
    story.forward(3600)
    messages = ask(lambda s: [s.phones.open(row.message_id) for row in details])
    assert len(messages) == 5
    for message in messages:
        assert message.link.startswith(f"https://{DOMAIN}/")
        assert message.link.removeprefix("https://") in message.text
        assert message.jump_url == URL
    assert ask_refused(robot, lambda s: s.domains.delete(s.domains.list()[1].id)) == ["record.in_use"]
    assert ask_refused(robot, lambda s: s.jump_urls.delete(s.jump_urls.list()[0].id)) == ["record.in_use"]

    # What was forecast by the longer text is what is billed.
    story.campaign_id = number
    for hours in (24, 49):
        story.forward(hours * 3600)
        story.receipts_settle()

    def agree() -> bool:
        rows = ask(lambda service: service.bills.settlement()).rows
        return bool(rows) and all(one.agrees for one in rows)

    robot.wait(agree, "ledger and bill agree", step_ms=250)  # a busy worker fetches receipts late
    story.forward(7 * 24 * 3600)
    ask(lambda s: s.domains.delete(s.domains.list()[1].id))
    ask(lambda s: s.jump_urls.delete(s.jump_urls.list()[0].id))


def ask_refused(robot: Any, work: Any) -> list[str]:
    found: list[Any] = []
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: work(service), found.append, found.append
    )
    robot.wait(lambda: bool(found), "the service answers")
    return [problem.code for problem in found[0]]
