# SPDX-License-Identifier: Apache-2.0
"""What service accounts ask of the real platform beyond reviews: freezing and urging (`ports.service_account.AccountGateway`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from koodesk.backend.gateways.cloud.account_records import FROZEN
from koodesk.backend.gateways.cloud.client import FAILURES, CloudQuestions, refused
from koodesk.backend.gateways.cloud.making import every
from koodesk.backend.ports.cloud_records import CloudRecords
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind

_PUSHED: Final = {
    ReviewKind.SA_MENU.value: ("push_menu_info", "menu_id"),
    ReviewKind.SA_HOME.value: ("push_portal_info", "portal_id"),
}
"""How a review is urged, and what its call names."""


class CloudAccounts:
    """Asks as one access key. Raises Refused: gateway.*, cloud.account_needed where the platform was handed nothing yet."""

    def __init__(self, client: CloudQuestions, records: CloudRecords) -> None:
        self._client = client
        self._records = records

    def urge(self, kind: str, ref: str, digest: str) -> None:
        """Ask the reviewer of a menu or home page to decide sooner."""
        del digest  # the platform has one content of each under review
        operation, field = _PUSHED[kind]
        self._asked(lambda: self._client.ask(operation, **{field: self._id(kind, ref)}))

    def freeze(self, pub: str, reason: str) -> None:
        """Let phones show nothing of an account. One that is frozen already, perhaps by a call whose answer was lost, stays so."""
        cloud_id = self._id(ReviewKind.PUB.value, pub)

        def call() -> None:
            listed = every(self._client, "list_pub_infos", "data")
            there = next((row for row in listed if row.get("pub_id") == cloud_id), {})
            if there.get("state") != FROZEN:
                self._client.ask("freeze_pub", pub_id=cloud_id, body={"change_reason": reason})

        self._asked(call)

    def _id(self, kind: str, ref: str) -> str:
        made = self._records.of_ref(kind, ref)
        if made is None:
            raise Refused(problem("cloud.account_needed", name=ref))
        return made.cloud_id

    @staticmethod
    def _asked(call: Callable[[], object]) -> None:
        try:
            call()
        except (*FAILURES, AttributeError, KeyError, TypeError) as failure:
            raise refused(failure) from failure
