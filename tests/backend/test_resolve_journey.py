# SPDX-License-Identifier: Apache-2.0
"""Links through the real engine: filed, made, opened in a browser's way, counted at the desk; and the same from the command line."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from koodesk import cli
from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.views.cards import CardRow
from koodesk.backend.workspace import Workspace
from koodesk.domain import codec
from koodesk.domain.filing import FilingKind
from koodesk.domain.resolve_task import CodeType, DomainDraft, Generation, LinkDraft, ResolveDraft
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import PDF, REQUIRED

pytestmark = pytest.mark.slow

DAYS = 86_400


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        try:
            yield service
        finally:
            service.engine.stop()


def pass_time(service: Service) -> None:
    service.engine.forward(5 * DAYS)
    service.reviews.sync()


def file_papers(service: Service, folder: Path) -> None:
    for kind in (FilingKind.SEND_TASK, FilingKind.SHORT_LINK):
        for paper in REQUIRED:
            path = folder / f"{paper}.pdf"
            path.write_bytes(PDF + paper.encode())
            service.filings.attach(kind, paper, path)
        service.filings.submit(kind)
    pass_time(service)


def approved(service: Service, change: bool = False) -> CardRow:
    row = service.cards.new_from_public("spring-festival")
    _, template = service.cards.open(row.id)
    if change:
        row = service.cards.save(row.id, plain(template), row.revision)
    service.cards.submit(row.id)
    pass_time(service)
    found = service.cards.get(row.id)
    assert found.sendable, found.progress.reasons
    return found


def plain(template: Template) -> Template:
    """The card without parameters."""
    text = codec.dumps(template).decode()
    for param in template.params:
        text = text.replace(f"${{{param.name}}}", "朋友")
    return replace(codec.loads(text.encode()), params=())


def get(service: Service, path: str) -> tuple[int, str]:
    """Open a page as a browser does."""
    at = urlsplit(service.h5.ensure().urls[0])
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


GROUP = ResolveDraft("双十一", "", CodeType.GROUP, 30, 5, ("云杉商城",), (LinkDraft(cust_flag="大促"),))


def test_links_from_the_filing_to_the_last_resolve(service: Service, tmp_path: Path) -> None:
    file_papers(service, tmp_path)
    service.domains.add(DomainDraft("go.yunshan.cn", Generation.CUSTOM))
    service.jump_urls.add("https://shop.yunshan.cn/")
    card = approved(service, change=True)
    person = approved(service)
    assert (
        [d.usable for d in service.domains.list()] == [u.usable for u in service.jump_urls.list()] == [True]
    )

    task = service.resolve_tasks.generate(card.id, GROUP)
    (link,) = service.resolve_tasks.links(task.id)
    seen = [get(service, f"/{link.code}") for _ in range(6)]
    assert [status for status, _ in seen] == [200] * 5 + [410]
    assert 'href="/i/' in seen[0][1], "the pictures of the card were handed over"
    assert service.resolve_tasks.sync() == 5
    (link,) = service.resolve_tasks.links(task.id)
    assert (link.resolved, link.state, link.cust_flag) == (5, "used_up", "大促")
    assert service.resolve_tasks.get(task.id).resolved == 5

    names = person.params
    each = tuple(LinkDraft(values=tuple((n, f"客户{i}") for n in names)) for i in range(3))
    people = service.resolve_tasks.generate(
        person.id, replace(GROUP, type=CodeType.INDIVIDUAL, days=7, times=1, links=each)
    )
    first, second, _ = service.resolve_tasks.links(people.id)
    status, page = get(service, f"/{second.code}")
    assert (status, "客户1" in page) == (200, True)
    assert get(service, f"/{second.code}")[0] == 410

    custom = service.resolve_tasks.generate(
        card.id,
        replace(GROUP, generation=Generation.CUSTOM, domain="go.yunshan.cn", links=(LinkDraft("sale11"),)),
    )
    assert service.resolve_tasks.links(custom.id)[0].url == "go.yunshan.cn/sale11"
    service.resolve_tasks.freeze(custom.id, True)
    assert get(service, "/sale11")[0] == 403

    jump = service.resolve_tasks.generate(
        card.id, replace(GROUP, links=(LinkDraft(custom_url="https://shop.yunshan.cn/x"),))
    )
    assert get(service, f"/{service.resolve_tasks.links(jump.id)[0].code}")[0] == 302

    service.engine.forward(8 * DAYS)
    assert get(service, f"/{first.code}")[0] == 410
    service.resolve_tasks.sync()
    states = {row.id: row.state for row in service.resolve_tasks.list()}
    assert states == {task.id: "used_up", people.id: "expired", custom.id: "frozen", jump.id: "active"}


def test_a_preview_is_put_up_for_a_phone_and_ended(service: Service) -> None:
    row = service.cards.new_from_public("autumn-coat")
    _, template = service.cards.open(row.id)
    found = service.h5.preview(template, Vendor.HUAWEI)
    assert not found.network
    path = urlsplit(found.url).path
    status, page = get(service, path)
    assert (status, "秋装上新，暖意先到" in page, 'href="/p/' in page) == (200, True, True)
    assert service.h5.end_preview(found.token)
    assert get(service, path)[0] == 410
    assert service.h5.turn_off().mode == "off"


def test_the_command_line(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file_papers(service, tmp_path)
    card, person = approved(service, change=True), approved(service)
    at = ["--workspace", str(service.workspace.root), "--json"]

    def run(*arguments: str) -> tuple[int, dict[str, object]]:
        code = cli.main([*arguments, *at])
        return code, json.loads(capsys.readouterr().out)

    code, made = run(
        "resolve", "create", str(card.id), "--name", "双十一", "--sign", "云杉商城", "--days", "30"
    )
    assert (code, made["links"], made["state"]) == (0, 1, "active")
    lines = tmp_path / "links.csv"
    row = "\t".join(["c1", *("客户" for _ in person.params)])
    lines.write_text(row, "utf-8")
    code, people = run(
        "resolve",
        "create",
        str(person.id),
        "--name",
        "个性化",
        "--sign",
        "云杉商城",
        "--individual",
        str(lines),
    )
    assert (code, people["type"]) == (0, "individual")
    items = people["items"]
    assert isinstance(items, list)
    get(service, f"/{items[0]['code']}")
    code, details = run("resolve", "details", str(people["id"]))
    assert (code, details["resolved"]) == (0, 1)
    code, listed = run("resolve", "list")
    assert (code, [one["name"] for one in listed["items"]]) == (0, ["个性化", "双十一"])  # type: ignore[attr-defined]  # JSON
    assert run("resolve", "freeze", str(made["id"]))[1]["items"][0]["state"] == "frozen"  # type: ignore[index]  # JSON
    assert run("resolve", "freeze", str(made["id"]), "--off")[1]["items"][0]["state"] == "active"  # type: ignore[index]  # JSON
    code, refused = run("resolve", "create", str(card.id), "--name", "x", "--sign", "a", "--days", "181")
    assert (code, refused["problems"][0]["code"]) == (1, "resolve.days.range")  # type: ignore[index]  # JSON
    code, shown = run("preview", "qr", str(card.id))
    assert (code, shown["network"]) == (0, False)
    assert get(service, urlsplit(str(shown["url"])).path)[0] == 200
    assert cli.main(["preview", "qr", str(card.id), *at[:-1]]) == 0
    printed = capsys.readouterr().out
    assert "this machine only" in printed
    assert "█" in printed or "▀" in printed
    assert run("preview", "off") == (0, {"mode": "off"})
