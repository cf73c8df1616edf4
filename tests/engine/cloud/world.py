# SPDX-License-Identifier: Apache-2.0
"""A running engine with everything cleared, and the official SDK, unchanged, as its client."""

from __future__ import annotations

import http.client
import io
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.formdata import FormFile
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkkoomessage.v1 import KooMessageClient
from PIL import Image

from koodesk.engine import control
from koodesk.engine.cloud.spec import cloud_spec
from tests.engine import client as desk
from tests.engine import video
from tests.engine.client import Client
from tests.engine.test_account_filing import filing as account_filing

AK, SK = "ABCDEFGHIJKLMNOPQRST", "s" * 40
READER_AK, READER_SK = "READERHIJKLMNOPQRSTU", "r" * 40

ALL = sorted({one.action for one in cloud_spec().operations})


class _InMemory(io.BytesIO):
    """Bytes with the two attributes by which the SDK knows an open file."""

    mode = "rb"

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


@dataclass
class World:
    """One engine: the desk's side of it, and the SDK's."""

    folder: Path
    client: Client
    tpl_id: str = ""
    video_id: str = ""
    last: bytes = b""

    @property
    def channel(self) -> str:
        """The channel number of the signature."""
        found = self.client.call("GET", "/reviews?kind=sms_signature")["items"][0]
        return str(found["channel_num"])

    def sdk(self, ak: str = AK, sk: str = SK) -> KooMessageClient:
        """The SDK's client with a key. `last` is the body of the last answer as it came."""

        def keep(**told: Any) -> None:
            self.last = told["response"].content

        logging.getLogger("huaweicloudsdkcore").setLevel(logging.CRITICAL)
        config = HttpConfig.get_default_config()
        config.timeout = (5, 60)
        return (
            KooMessageClient.new_builder()
            .with_http_config(config)
            .with_http_handler(HttpHandler().add_response_handler(keep))
            .with_credentials(BasicCredentials(ak, sk, project_id="local"))
            .with_endpoint(self.client.url)
            .build()
        )

    def token(self, ak: str = AK, sk: str = SK) -> str:
        """Ask for a token with a signature of the SDK's own making."""
        at = urlsplit(self.client.url)
        request = Signer(BasicCredentials(ak, sk)).sign(
            SdkRequest(
                "POST", "http", at.netloc, "/v3/auth/tokens", query_params=[], header_params={}, body=b""
            )
        )
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
        try:
            connection.request("POST", request.uri, None, request.header_params)
            answer = connection.getresponse()
            assert answer.status == 201, answer.read()
            return str(answer.headers["X-Subject-Token"])
        finally:
            connection.close()

    def file(self, name: str, data: bytes) -> FormFile:
        """A file of a form, as the SDK takes it: in memory, since a file on the disk stays open where the SDK refuses
        the call before it reads the form."""
        return FormFile(_InMemory(name, data))

    def know(self, *keys: dict[str, Any]) -> Any:
        """Hand the engine its keys, as the desk does."""
        return self.client.call("PUT", "/cloud/keys", {"keys": list(keys)})

    def know_usual(self) -> None:
        """Two users: one who may do all, one who may do nothing."""
        self.know(
            {"ak": AK, "sk": SK, "user": "林晓", "actions": ALL},
            {"ak": READER_AK, "sk": READER_SK, "user": "周末", "actions": []},
        )


def start(folder: Path) -> World:
    """Start an engine and let it know the two users; nothing is cleared."""
    control.start(folder)
    client = Client.of(folder)
    client.call("POST", "/account/open", {"agreed": True})
    world = World(folder, client)
    world.know_usual()
    return world


def cleared(folder: Path) -> World:
    """Start an engine with everything cleared for a send."""
    world = start(folder)
    client = world.client
    world.tpl_id = desk.clear(client)
    desk.hand_in(client, "filing", "filing:short_link", desk.filing("short_link"))
    desk.hand_in(client, "filing", "service_account", account_filing())
    world.video_id = video.clear_over_http(client)
    return world


def png(width: int = 4, height: int = 4) -> bytes:
    """A picture of a size."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()
