# SPDX-License-Identifier: Apache-2.0
"""What service accounts ask of the real platform beyond reviews: freezing, urging, and whom a channel number serves
(`ports.service_account.AccountGateway`, `PortGateway`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from koodesk.backend.gateways.cloud.account_records import FROZEN
from koodesk.backend.gateways.cloud.client import FAILURES, CloudQuestions, refused
from koodesk.backend.gateways.cloud.making import every
from koodesk.backend.ports.cloud_records import CloudRecords
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.regions import NATIONWIDE, Choice, Regions

_PORTS, _BINDINGS = 0, 1
"""type of a list of channel numbers. [SDK ListPortInfosRequest]"""

_PUSHED: Final = {
    ReviewKind.SA_MENU.value: ("push_menu_info", "menu_id"),
    ReviewKind.SA_HOME.value: ("push_portal_info", "portal_id"),
}
"""How a review is urged, and what its call names."""


class CloudAccounts:
    """Asks as one access key. Raises Refused: gateway.*, cloud.account_needed where the platform was handed nothing yet."""

    def __init__(self, client: CloudQuestions, records: CloudRecords, regions: Regions) -> None:
        self._client = client
        self._records = records
        self._regions = regions

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

    def bind(self, pub: str, number: str, signatures: tuple[str, ...], regions: Choice) -> None:
        """Let a number serve an account, unless it does."""
        cloud_id = self._id(ReviewKind.PUB.value, pub)
        names = ",".join(self._regions.name(code) for code in regions if code != NATIONWIDE)
        body = {
            "pub_id": cloud_id,
            "port": number,
            "sign": [*signatures],
            **({"province": names} if names else {}),
        }

        def call() -> None:
            there = self._bound(cloud_id, number, regions)
            if not any({*row.get("sign", ())} == {*signatures} for row in there):
                self._client.ask("lock_port", body=body)

        self._asked(call)

    def unbind(self, pub: str, number: str, regions: Choice) -> None:
        """Take a number from an account, where it serves it."""
        cloud_id = self._id(ReviewKind.PUB.value, pub)

        def call() -> None:
            for row in self._bound(cloud_id, number, regions):
                self._client.ask("unlock_port", body={"id": row["id"]})

        self._asked(call)

    def delete(self, number: str) -> None:
        """Delete a number, where the platform has it."""

        def call() -> None:
            for row in every(self._client, "list_port_infos", "data", type=_PORTS, port=number):
                if row.get("port") == number:
                    self._client.ask("delete_port_info", port_id=row["id"])

        self._asked(call)

    def _bound(self, cloud_id: str, number: str, regions: Choice) -> list[dict[str, Any]]:
        """Return the bindings of a number to an account in just these regions."""
        listed = every(self._client, "list_port_infos", "data", type=_BINDINGS, port=number)
        return [
            row
            for row in listed
            if (row.get("port"), row.get("pub_id")) == (number, cloud_id)
            and self._choice(row.get("province")) == regions
        ]

    def _choice(self, told: object) -> Choice | None:
        """Read the regions of a binding, names or codes; none is the whole country. None for what nobody can read."""
        names = [name for name in str(told or "").replace("，", ",").split(",") if name.strip()]
        try:
            return (
                self._regions.normalise(self._regions.by_name(name) for name in names)
                if names
                else (NATIONWIDE,)
            )
        except Refused:
            return None

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
