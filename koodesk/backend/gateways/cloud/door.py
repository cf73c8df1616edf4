# SPDX-License-Identifier: Apache-2.0
"""One harmless question to the platform: whether it answers this access key (`ports.cloud.CloudDoor`)."""

from __future__ import annotations

import importlib.util

from koodesk.backend.gateways.cloud.client import CALL_SECONDS, CloudClient, Told
from koodesk.backend.gateways.engine_http import MayHaveSent, NothingSent
from koodesk.backend.ports.cloud import CloudAccess, CloudSeen
from koodesk.domain.problem import Refused, problem


class SdkDoor:
    """Asks through the official SDK."""

    def __init__(self, seconds: float = CALL_SECONDS) -> None:
        self._seconds = seconds

    def installed(self) -> bool:
        """Tell whether the platform's official SDK is installed; it is not loaded."""
        return importlib.util.find_spec("huaweicloudsdkkoomessage") is not None

    def check(self, access: CloudAccess) -> CloudSeen:
        """Count one's own templates: a list of one row."""
        client = CloudClient(access, self._seconds)
        try:
            told = client.ask(
                "list_aim_templates", tpl_type="private", is_only_status=True, offset=0, limit=1
            )
            # Of the two wrappings the platform uses, templates come as {status, message, data}. [facts 4.1]
            data = told.get("data") or told
            return CloudSeen(int(data["page_info"]["total"]))
        except (NothingSent, MayHaveSent) as failure:
            raise Refused(problem("gateway.unreachable", gateway="cloud", reason=failure.code)) from failure
        except Told as failure:
            code = failure.code or str(failure.status)
            raise Refused(problem("gateway.refused", gateway="cloud", error_code=code)) from failure
        except (KeyError, TypeError, ValueError) as broken:
            raise Refused(problem("gateway.unreachable", gateway="cloud", reason="unreadable")) from broken
        finally:
            client.close()
