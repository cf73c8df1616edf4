# SPDX-License-Identifier: Apache-2.0
"""The real platform's calls rehearsed: the gateway itself, with a client that writes calls down instead of making them.

Method, path and query are what the SDK makes of each call. Questions are answered so that the send goes on: where the
platform's own word would stand, a word in <> says whose it is.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from koodesk.backend.gateways.cloud.client import model_name
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.rehearsal import masked
from koodesk.backend.ports.gateway import Batch
from koodesk.backend.ports.rehearsal import RehearsedCall
from koodesk.domain.problem import Refused, problem

_APP, _CHANNEL = "<application of the SMS template>", "<channel number of the signature>"
_TASK: Final = "0"


class WrittenDown:
    """Writes calls down (`client.CloudQuestions`)."""

    def __init__(self) -> None:
        """Load the SDK. Raises Refused (cloud.sdk_missing)."""
        self.calls: list[RehearsedCall] = []
        try:
            self._sdk = importlib.import_module("huaweicloudsdkkoomessage.v1").KooMessageClient
            self._models = importlib.import_module("huaweicloudsdkkoomessage.v1.model")
        except ImportError as missing:
            raise Refused(problem("cloud.sdk_missing", "sdk", extra="cloud")) from missing

    def ask(self, operation: str, **fields: object) -> Mapping[str, Any]:
        """Write a call down; return what lets the send go on."""
        request = getattr(self._models, model_name(operation, "Request"))(**fields)
        made = getattr(self._sdk, f"_{operation}_http_info")(request)
        path = str(made["resource_path"]).format(**made["path_params"])
        query = tuple((name, masked(str(value))) for name, value in made["query_params"])
        self.calls.append(RehearsedCall(made["method"], path, query, masked(made["body"])))
        return _answer(operation, fields)

    def close(self) -> None:
        """Nothing is open."""


class CloudStage:
    """Rehearses the real platform's calls."""

    def __init__(self, sms_template: Callable[[str], str], now_ms: Callable[[], int]) -> None:
        """`sms_template` as the gateway's."""
        self._sms_template = sms_template
        self._now_ms = now_ms

    def calls(self, batches: Iterable[Batch]) -> Iterator[RehearsedCall]:
        """Yield the calls of a send; what is asked once and kept is asked for the first batch only."""
        client = WrittenDown()
        gateway = CloudGateway(client, lambda: (), self._now_ms, self._sms_template)
        for batch in batches:
            client.calls = []
            gateway.send(batch)
            yield from client.calls


def _answer(operation: str, fields: Mapping[str, object]) -> dict[str, Any]:
    match operation:
        case "list_aim_msg_template":
            return {"result": [{"template_id": fields["template_id"], "app_name": _APP}]}
        case "list_aim_msg_signature":
            return {"result": [{"signature_name": fields["signature_name"], "channel_num": _CHANNEL}]}
        case "create_vms_send_task":
            return {"data": {"ret_code": "0", "task_id": _TASK}}
        case _:
            return {"task_id": _TASK, "task_state": "Success"}
