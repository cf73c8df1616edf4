# SPDX-License-Identifier: Apache-2.0
"""A client of the engine written from the contract alone, and what it takes to clear everything for a send.

It signs by itself instead of importing the engine's signing: two sides that share a mistake would agree.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from koodesk import paths
from koodesk.domain.codec import encode
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import MaterialRef, Picture
from tests.starters import starter

HOUR_MS = 3_600_000
CONTENT = "尊敬的${1}，您有一个红包待领取：${2} 拒收请回复R"
SIGN = "云杉商城"


@dataclass
class Client:
    """One keep-alive connection to an engine."""

    url: str
    key: bytes
    skew_ms: int = 0
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)
    opened: ClassVar[list[Client]] = []

    @classmethod
    def close_all(cls) -> None:
        """Close what tests left open."""
        while cls.opened:
            cls.opened.pop().close()

    @classmethod
    def of(cls, folder: Path) -> Client:
        """Read the endpoint file of a running engine."""
        given = json.loads((folder / "endpoint.json").read_text("utf-8"))
        return cls(given["url"], bytes.fromhex(given["key"]))

    def raw(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send a signed request; return status and body."""
        stamp = str(int(time.time() * 1000) + self.skew_ms)
        text = "\n".join((method, target, stamp, hashlib.sha256(body).hexdigest()))
        signature = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        signed = {"X-Koodesk-Time": stamp, "X-Koodesk-Signature": signature, **(headers or {})}
        if self._connection is None:
            address = urllib.parse.urlsplit(self.url)
            self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
            self.opened.append(self)
        try:
            self._connection.request(method, target, body, signed)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def call(self, method: str, target: str, body: Any = None, expect: int = 200) -> Any:
        """Send JSON and return the JSON of the answer, which must have the expected status."""
        status, data = self.raw(
            method, "/engine/v1" + target, b"" if body is None else json.dumps(body).encode()
        )
        assert status == expect, (status, data[:500])
        return json.loads(data)

    def batch(self, key: str, body: dict[str, Any], expect: int = 200) -> Any:
        """Send a batch."""
        status, data = self.raw(
            "POST", "/engine/v1/batches", json.dumps(body).encode(), {"Idempotency-Key": key}
        )
        assert status == expect, (status, data[:500])
        return json.loads(data)

    def receipts(self, after: int = 0, limit: int = 10_000) -> tuple[list[list[Any]], int]:
        """Read the feed to its present end."""
        items: list[list[Any]] = []
        while True:
            page = self.call("GET", f"/receipts?after={after}&limit={limit}")
            items += page["items"]
            if page["next"] == after:
                return items, after
            after = page["next"]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def paper(name: str, kind: str = "pdf") -> dict[str, Any]:
    """A paper as the desk hands it in."""
    return {"name": name, "size": 1000, "digest": hashlib.sha256(name.encode()).hexdigest(), "type": kind}


def filing(kind: str = "send_task", leave_out: str = "") -> dict[str, Any]:
    """A filing with every required paper."""
    names = ("licence", "material_letter", "signature_letter", "relation_letter")
    return {
        "kind": kind,
        "papers": [{"paper": name, **paper(f"{name}.pdf")} for name in names if name != leave_out],
    }


def signature(**changes: Any) -> dict[str, Any]:
    """A signature that passes."""
    return {
        "name": SIGN,
        "type": "PROMOTION_TYPE",
        "app": "yunshan",
        "source": 0,
        "source_title": "",
        "third_party": False,
        "licence": paper("licence.jpg", "jpg"),
        "attorney": None,
        "note": "",
        **changes,
    }


def sms_template(**changes: Any) -> dict[str, Any]:
    """An SMS template that passes and can carry a card."""
    return {
        "name": "红包通知",
        "type": "PROMOTION_TYPE",
        "app": "yunshan",
        "signature": SIGN,
        "content": CONTENT,
        "variables": [
            {"number": 1, "type": "TEXT", "description": "姓名"},
            {"number": 2, "type": "NEWTEXT", "description": ""},
        ],
        "note": "",
        **changes,
    }


def card() -> dict[str, Any]:
    """A red packet that every vendor's reviewer takes, as codec JSON."""
    layout = read_pack_folder(paths.resources() / "rules").layouts["RedPacket"]
    picture = Picture(MaterialRef("0" * 64, 640, 640, 100_000))
    return dict(encode(starter(layout, picture=picture)))


def hand_in(client: Client, kind: str, ref: str, body: dict[str, Any], vendors: tuple[str, ...] = ()) -> Any:
    """Hand something in for review."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    request = {"kind": kind, "ref": ref, "digest": digest, "vendors": list(vendors), "body": body}
    return client.call("POST", "/reviews", request)


def clear(client: Client) -> str:
    """Clear everything for a send on the automatic reviewer's clock; return the card's tpl_id.

    It is the next working day, between 08:00 and 22:00, afterwards.
    """
    hand_in(client, "filing", "filing:send_task", filing())
    hand_in(client, "sms_app", "app:1", {"name": "yunshan", "uplink_url": ""})
    to_working_hours(client)
    hand_in(client, "sms_signature", "signature:1", signature())
    client.call("POST", "/clock", {"forward_ms": 72 * HOUR_MS})
    to_working_hours(client)
    hand_in(client, "sms_template", "sms:1", sms_template())
    body = card()
    found = hand_in(client, "card", "card:1", body, tuple(body["vendors"]))
    client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    to_working_hours(client)
    states = {one["ref"]: (one["state"], one["reasons"]) for one in client.call("GET", "/reviews")["items"]}
    assert {state for state, _ in states.values()} == {"approved"}, states
    return str(found["tpl_id"])


def to_working_hours(client: Client) -> None:
    """Run the clock to ten o'clock in the morning, Beijing time, of this day or the next."""
    now = int(client.call("GET", "/status")["now_ms"])
    minutes = (now // 60_000 + 8 * 60) % 1_440
    client.call("POST", "/clock", {"forward_ms": ((10 * 60 - minutes) % 1_440) * 60_000})


def batch(template: str, first: int, count: int, **changes: Any) -> dict[str, Any]:
    """A batch of `count` numbers from `first` on, with a card for everybody."""
    return {
        "campaign": "c-1",
        "task_name": "新春红包",
        "template": template,
        "sms_template": "sms:1",
        "sms_sign": SIGN,
        "sms_text": CONTENT,
        "validity_days": 7,
        "fallback": "sms",
        "recipients": [[first + i, {"name": f"客户{i}"}, 1, {"1": "张三"}] for i in range(count)],
        **changes,
    }
