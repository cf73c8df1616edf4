# SPDX-License-Identifier: Apache-2.0
"""The listener for browsers on a live engine: off until asked for, reading only, links resolved exactly as often as they may."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import json
import re
import sys
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from koodesk import paths
from koodesk.engine import control
from koodesk.engine.h5_previews import MOST, Previews
from koodesk.engine.h5_site import MARK, POLICY, H5Site
from koodesk.engine.store import Store
from tests.engine.client import SIGN, Client, batch, card, clear, filing, hand_in, to_working_hours

PNG = next((paths.resources() / "samples" / "materials").glob("*.jpg")).read_bytes()
DAY_MS = 24 * 3_600_000


def plain_card() -> dict[str, Any]:
    """The red packet without parameters."""
    return {**json.loads(json.dumps(card()).replace("${name}", "您").replace("${", "$ {")), "params": []}


@dataclass
class Engine:
    """A running engine with everything approved."""

    client: Client
    folder: Path
    plain: str
    person: str

    def port(self) -> int:
        return int(self.client.call("GET", "/h5")["port"])

    def get(
        self,
        path: str,
        method: str = "GET",
        host: str = "127.0.0.1",
        port: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], str]:
        """Ask as a browser does."""
        connection = http.client.HTTPConnection(host, port or self.port(), timeout=30)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read()
            return (
                answer.status,
                {k.lower(): v for k, v in answer.getheaders()},
                body.decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def make(self, key: str, **changes: Any) -> list[dict[str, Any]]:
        body = {
            "task_name": "双十一",
            "tpl_id": self.plain,
            "aim_code_type": "group",
            "resolving_times": 5,
            "expiration_time": 30,
            "sms_signs": [SIGN],
            "params": [{}],
            **changes,
        }
        status, data = self.client.raw(
            "POST", "/engine/v1/resolve-tasks", json.dumps(body).encode(), {"Idempotency-Key": key}
        )
        assert status == 200, data
        return list(json.loads(data)["links"])

    def people(self, key: str, count: int) -> list[dict[str, Any]]:
        names = [one["name"] for one in card()["params"]]
        links = [{"dync_params": dict.fromkeys(names, f"客户{i}先生")} for i in range(count)]
        kind = {"aim_code_type": "individual", "resolving_times": 1, "expiration_time": 7}
        return self.make(key, tpl_id=self.person, params=links, **kind)

    def resolved(self) -> Counter[str]:
        return Counter(one["aim_code"] for one in self.client.call("GET", "/resolve-receipts")["items"])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("h5") / "engine"
    control.start(folder)
    client = Client.of(folder)
    assert client.call("GET", "/h5") == {"mode": "off", "port": 0, "urls": [], "previews": 0}
    client.call("POST", "/account/open", {"agreed": True})
    hand_in(client, "filing", "filing:short_link", filing("short_link"))
    hand_in(client, "domain", "1", {"name": "go.yunshan.cn", "generation": 2})
    hand_in(client, "jump_url", "1", {"url": "https://shop.yunshan.cn/", "host": "shop.yunshan.cn"})
    plain = hand_in(client, "card", "card:plain", plain_card(), ("HUAWEI", "XIAOMI"))
    person = clear(client)
    client.call("PUT", "/h5", {"mode": "loopback"})
    yield Engine(client, folder, str(plain["tpl_id"]), person)
    Client.close_all()
    control.stop(folder)


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def test_a_group_link_shows_the_card_and_counts(engine: Engine) -> None:
    (link,) = engine.make("group")
    code = link["aim_code"]
    answers = [engine.get(f"/{code}") for _ in range(7)]
    assert [status for status, _, _ in answers] == [200] * 5 + [410] * 2
    assert "云杉商城" in answers[0][2]
    assert "<text" in answers[0][2]
    assert "链接已经打开过" in answers[6][2]
    assert engine.resolved()[code] == 5
    task = engine.client.call("GET", f"/links/{code}")
    assert (task["state"], task["resolved"]) == ("used_up", 5)


def test_what_a_browser_may_do_is_little(engine: Engine) -> None:
    (link,) = engine.make("headers")
    _, headers, page = engine.get(f"/{link['aim_code']}")
    assert headers["content-security-policy"] == POLICY
    assert "script-src" not in POLICY
    assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("no-referrer", "nosniff")
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers
    assert "<script" not in page
    assert " style=" not in page


def test_an_individual_link_is_resolved_once_and_its_browser_may_look_again(engine: Engine) -> None:
    first, second = engine.people("people", 2)
    status, headers, page = engine.get(f"/{first['aim_code']}")
    assert status == 200
    assert "客户0先生" in text_of(page)
    mark = headers["set-cookie"].split(";")[0]
    assert f"Path=/{first['aim_code']}" in headers["set-cookie"]
    assert "httponly" in headers["set-cookie"].lower()
    assert engine.get(f"/{first['aim_code']}")[0] == 410
    assert engine.get(f"/{first['aim_code']}", headers={"Cookie": mark})[0] == 200
    assert engine.get(f"/{first['aim_code']}", headers={"Cookie": f"{MARK}=0123"})[0] == 410
    # The mark of one link opens no other, and does not spare the first look at one.
    assert engine.get(f"/{second['aim_code']}", headers={"Cookie": mark})[0] == 200
    assert engine.get(f"/{second['aim_code']}", headers={"Cookie": mark})[0] == 410
    assert engine.resolved()[first["aim_code"]] == engine.resolved()[second["aim_code"]] == 1


def test_looks_without_a_person_count_nothing(engine: Engine) -> None:
    (link,) = engine.people("head", 1)
    code = link["aim_code"]
    assert engine.get(f"/{code}", "HEAD")[0] == 404
    assert engine.get(f"/{code}", "POST")[0] == 404
    assert engine.get(f"/{code}", headers={"Sec-Purpose": "prefetch;prerender"})[0] == 503
    assert engine.get(f"/{code}", headers={"Host": "evil.example"})[0] == 404
    assert engine.resolved()[code] == 0
    assert engine.get(f"/{code}", headers={"Host": f"localhost:{engine.port()}"})[0] == 200


def test_counts_are_exact_when_many_open_at_once(engine: Engine) -> None:
    (group,) = engine.make("crowd", resolving_times=20)
    (single,) = engine.people("crowd-one", 1)
    paths_ = [f"/{group['aim_code']}"] * 48 + [f"/{single['aim_code']}"] * 16
    port = engine.port()
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda path: (path, engine.get(path, port=port)[0]), paths_))
    counted = Counter(statuses)
    assert counted[f"/{group['aim_code']}", 200] == engine.resolved()[group["aim_code"]] == 20
    assert counted[f"/{single['aim_code']}", 200] == engine.resolved()[single["aim_code"]] == 1


def test_a_jump_url_is_a_redirect_and_counts(engine: Engine) -> None:
    url = "https://shop.yunshan.cn/双十一?a=1&b=2"
    (link,) = engine.make("jump", params=[{"custom_url": url}])
    status, headers, _ = engine.get(f"/{link['aim_code']}")
    assert status == 302
    assert urllib.parse.unquote(headers["location"]) == url
    assert headers["referrer-policy"] == "no-referrer"
    assert engine.resolved()[link["aim_code"]] == 1


def test_a_custom_code_opens_and_a_frozen_task_does_not(engine: Engine) -> None:
    (link,) = engine.make(
        "custom", generation_type=2, domain="go.yunshan.cn", params=[{"custom_short_code": "sale11"}]
    )
    assert link["aim_url"] == "go.yunshan.cn/sale11"
    task = engine.client.call("GET", "/links/sale11")["task_id"]
    engine.client.call("POST", f"/resolve-tasks/{task}/state", {"frozen": True})
    status, _, page = engine.get("/sale11")
    assert (status, "链接已停用" in page) == (403, True)
    engine.client.call("POST", f"/resolve-tasks/{task}/state", {"frozen": False})
    assert engine.get("/sale11")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/x",
        "/abc",
        "/ABCdef123",
        "/a.b",
        "/../engine.db",
        "/%2e%2e%2fengine.db",
        "/i/0",
        "/p/x",
        "/p/x/i/y",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(engine: Engine, path: str) -> None:
    status, headers, page = engine.get(path)
    assert status == 404
    assert headers["content-security-policy"] == POLICY
    assert "没有这个链接" in page
    assert "There is no such link" in engine.get(path, headers={"Accept-Language": "en"})[2]


def test_the_page_of_a_message_has_its_recipients_values_and_counts_no_resolve(engine: Engine) -> None:
    to_working_hours(engine.client)
    answer = engine.client.batch("messages", batch(engine.person, 13_800_000_000, 3))
    number, _, message = answer["results"][1]
    told = engine.client.call("GET", f"/messages/{message}")
    before = engine.client.call("GET", "/resolve-receipts")["last"]
    pages = [engine.get(f"/{told['aim_code']}") for _ in range(3)]
    for status, headers, page in pages:
        assert (status, "set-cookie" in headers) == (200, False)
        assert "客户1" in text_of(page)
        assert str(number) not in page
    after = engine.client.call("GET", "/resolve-receipts")
    assert after["items"][-1:] == [] or after["items"][-1]["id"] <= before
    assert after["last"] == before + 3


def test_the_link_of_a_message_leads_where_its_send_said(engine: Engine) -> None:
    to_working_hours(engine.client)
    url = "https://shop.yunshan.cn/sale?from=sms"
    answer = engine.client.batch("led", batch(engine.person, 13_800_000_100, 1, jump_url=url))
    told = engine.client.call("GET", f"/messages/{answer['results'][0][2]}")
    before = engine.client.call("GET", "/resolve-receipts")["last"]
    status, headers, _ = engine.get(f"/{told['aim_code']}")
    assert (status, headers["location"]) == (302, url)
    assert engine.client.call("GET", "/resolve-receipts")["last"] == before + 1, "looked at, and no resolve"


def test_pictures_are_those_that_were_handed_in(engine: Engine) -> None:
    digest = hashlib.sha256(PNG).hexdigest()
    assert engine.client.call("POST", "/pictures/missing", {"digests": [digest]}) == {"missing": [digest]}
    assert engine.get(f"/i/{digest}")[0] == 404
    assert engine.client.raw("PUT", f"/engine/v1/pictures/{digest}", PNG)[0] == 200
    assert engine.client.call("POST", "/pictures/missing", {"digests": [digest]}) == {"missing": []}
    status, headers, _ = engine.get(f"/i/{digest}")
    assert (status, headers["content-type"]) == (200, "image/jpeg")
    for wrong, code in ((b"<svg/>", 400), (b"", 400), (b"\xff\xd8\xff" + bytes(2 * 1024 * 1024), 413)):
        assert engine.client.raw("PUT", f"/engine/v1/pictures/{digest}", wrong)[0] == code
    assert engine.client.raw("PUT", "/engine/v1/pictures/abc", PNG)[0] == 400


def test_a_preview_is_seen_by_its_token_until_it_ends(engine: Engine) -> None:
    given = {"template": card(), "vendor": "XIAOMI", "values": {}, "sender": "云杉商城", "minutes": 10}
    made = engine.client.call("POST", "/h5/previews", given)
    assert len(made["token"]) >= 20
    status, _, page = engine.get(made["path"])
    assert (status, "预览：还没有发送给任何人" in page, "小米" in page) == (200, True, True)
    assert engine.client.call("GET", "/h5")["previews"] >= 1
    assert engine.client.call("POST", f"/h5/previews/{made['token']}/end") == {"ended": True}
    status, _, page = engine.get(made["path"])
    assert (status, "链接已过期" in page) == (410, True)
    refused: tuple[dict[str, Any], ...] = (
        {"minutes": 0},
        {"minutes": 1441},
        {"vendor": "NOKIA"},
        {"template": {}},
        {"values": {"a": 1}},
    )
    for wrong in refused:
        engine.client.call("POST", "/h5/previews", {**given, **wrong}, expect=400)


@pytest.mark.skipif(sys.platform == "darwin", reason="127.0.0.2 is no address there")
def test_only_the_switch_lets_anybody_but_127_0_0_1_in(engine: Engine) -> None:
    made = engine.client.call("POST", "/h5/previews", {"template": card(), "vendor": "HUAWEI", "minutes": 10})
    with pytest.raises(OSError, match="refused"):
        engine.get(made["path"], host="127.0.0.2")
    told = engine.client.call("PUT", "/h5", {"mode": "network"})
    try:
        assert told["urls"][-1] == f"http://127.0.0.1:{told['port']}"
        assert engine.get(made["path"], host="127.0.0.2")[0] == 200
    finally:
        engine.client.call("PUT", "/h5", {"mode": "loopback"})
    with pytest.raises(OSError, match="refused"):
        engine.get(made["path"], host="127.0.0.2")


async def ask(app: Starlette, path: str, client: str) -> tuple[int, bytes]:
    """Ask an application as somebody at an address."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"192.168.1.5:8000")],
        "client": (client, 50_000),
        "server": ("192.168.1.5", 8_000),
    }
    await app(scope, receive, send)
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_another_machine_gets_previews_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path)
    previews = Previews()
    made = previews.add({"template": card(), "vendor": "HUAWEI", "minutes": 10})
    (digest,) = {one["digest"] for one in _materials(card())}
    other = hashlib.sha256(PNG).hexdigest()
    try:

        def fill(connection: Any) -> None:
            for one in (digest, other):
                connection.execute("INSERT INTO h5_picture VALUES (?, 'image/jpeg', ?)", (one, PNG))
            connection.execute(
                "INSERT INTO resolve_task (id, key, digest, name, tpl_id, type, days, times, generation, domain, signatures, "
                "created_ms, expires_ms) VALUES (1, 'k', '', 'n', '1', 'group', 1, 9, 1, 'km2g.cn', '[]', 0, 99)"
            )
            connection.execute(
                "INSERT INTO resolve_link (task, place, code, custom_url, cust_flag, params) "
                "VALUES (1, 0, 'abcdef', 'https://a.cn/', '', '{}')"
            )

        async def walk() -> dict[str, tuple[int, int]]:
            await store.run(fill)
            site = H5Site(store, lambda: 50, _never, _never, previews)
            site.use(b"secret")
            app = site.app()
            wanted = (
                made["path"],
                f"{made['path']}/i/{digest}",
                f"{made['path']}/i/{other}",
                f"/i/{digest}",
                "/h5/page.css",
                "/abcdef",
            )
            return {
                path: ((await ask(app, path, "192.168.1.7"))[0], (await ask(app, path, "127.0.0.1"))[0])
                for path in wanted
            }

        found = asyncio.run(walk())
        counted = asyncio.run(
            store.run(lambda c: c.execute("SELECT resolved FROM resolve_link").fetchone()[0])
        )
    finally:
        store.close()
    assert list(found.values()) == [(200, 200), (200, 200), (404, 404), (404, 200), (200, 200), (404, 302)]
    assert counted == 1


def _never(*_: object) -> Any:
    raise AssertionError("nobody asks for a message here")


def _materials(value: Any) -> list[dict[str, Any]]:
    """Every material in a card's JSON."""
    if isinstance(value, dict):
        own = [value] if "digest" in value and "width" in value else []
        return own + [one for inner in value.values() for one in _materials(inner)]
    return [one for inner in value for one in _materials(inner)] if isinstance(value, list) else []


@pytest.mark.slow
def test_the_listener_is_off_until_asked_for_and_the_network_does_not_come_back_by_itself(
    engine_folder: Path,
) -> None:
    control.start(engine_folder)
    client = Client.of(engine_folder)
    client.call("PUT", "/h5", {"mode": "everywhere"}, expect=400)
    port = client.call("PUT", "/h5", {"mode": "network"})["port"]
    assert client.call("PUT", "/h5", {"mode": "off"})["urls"] == []
    with pytest.raises(OSError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
    client.call("PUT", "/h5", {"mode": "network"})
    Client.close_all()
    control.stop(engine_folder)
    control.start(engine_folder)
    assert Client.of(engine_folder).call("GET", "/h5")["mode"] == "loopback"


def test_previews_end_by_themselves_and_the_oldest_makes_room() -> None:
    now = [1_000]
    previews = Previews(lambda: now[0])
    given = {"template": card(), "vendor": "HUAWEI", "minutes": 1}
    first = previews.add(given)
    assert first["expires_ms"] == 61_000
    now[0] = 60_999
    assert previews.get(first["token"]) is not None
    now[0] = 61_000
    assert previews.get(first["token"]) is None
    assert previews.ended(first["token"])
    tokens = [previews.add(given)["token"] for _ in range(MOST + 1)]
    assert len(set(tokens)) == MOST + 1
    assert previews.get(tokens[0]) is None
    assert previews.count() == MOST
