# SPDX-License-Identifier: Apache-2.0
"""A desk that clears at a running engine, by the engine's own door or by the cloud's API, with the same operations."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from koodesk.backend.gateways.cloud.accounts import CloudAccounts
from koodesk.backend.gateways.cloud.client import CloudClient
from koodesk.backend.gateways.cloud.makers import makers
from koodesk.backend.gateways.cloud.reviews import CloudReviews
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.operations.cloud_contents import DeskContents
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.review_gateway import ReviewGateway, ReviewItem, ReviewPage, ReviewState
from koodesk.backend.ports.service_account import AccountGateway, PortGateway
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.domain.crop import Crop
from koodesk.domain.filing import FilingKind
from koodesk.domain.review_state import Verdict
from koodesk.domain.service_account.regions import Choice
from koodesk.domain.service_account.values import HomePage, Menu
from tests.backend.operations.clearing_desk import ClearingDesk
from tests.domain.service_account.samples import REGIONS
from tests.domain.strategies import pack
from tests.engine.client import HOUR_MS, to_working_hours
from tests.engine.cloud.world import AK, SK, World

LOCAL, CLOUD = "local", "cloud"


class Console:
    """Where a person takes what the API has no call for: approved at once."""

    def submit(self, item: ReviewItem) -> ReviewState:
        return ReviewState(1, item.kind, item.ref, item.digest, Verdict.APPROVED.value, decided_ms=1)

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        del limit
        return ReviewPage((), after)

    def urge(self, kind: str, ref: str, digest: str) -> None:
        raise AssertionError(kind, ref, digest)


@dataclass
class Files:
    """Pictures, films and papers by digest; whoever asks for a picture of which there is none gets one of a colour.

    `whole` gives a picture as it is, however large."""

    colour: str = "red"
    kept: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, Crop | None]] = field(default_factory=list)
    whole: bool = False

    def picture(self, digest: str, crop: Crop | None, most_bytes: int) -> tuple[bytes, str]:
        self.asked.append((digest, crop))
        data = self.kept.get(digest) or picture(self.colour)
        assert self.whole or len(data) <= most_bytes
        return data, "image/png"

    def material(self, digest: str) -> bytes:
        return self.kept[digest]

    parts: Callable[[str], tuple[Menu, HomePage] | None] = lambda account: None

    def account_parts(self, account: str) -> tuple[Menu, HomePage] | None:
        return self.parts(account)

    def paper(self, digest: str) -> bytes:
        return self.kept.get(digest) or b"\xff\xd8\xff\xe0 paper " + digest.encode()


def picture(colour: str, size: tuple[int, int] = (640, 640)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


class Office:
    """One workspace whose reviewer is the engine, over one of the two gateways."""

    def __init__(self, world: World, root: Path, over: str, seconds: float = 5) -> None:
        self.world, self.over, self.files = world, over, Files()
        self.client = CloudClient(CloudAccess(AK, SK, world.client.url), seconds)
        self.doors = EngineDoors(lambda: Endpoint(world.client.url, 1, world.client.key.hex(), ""))
        self._late: list[ReviewGateway] = []
        later = _Later(self._late, self._accounts, self.cloud_accounts)
        ports = None if over == LOCAL else later
        self.desk = ClearingDesk(root, gateway=later, accounts=later, ports=ports)
        self.records = SqlCloudRecords(self.desk.database)
        self.files.parts = DeskContents(
            self.desk.work,
            SqlMaterialStore(),
            MaterialFolder(root / "materials"),
            ChildPictures(),
            PaperFolder(root / "papers"),
        ).account_parts
        self._late.append(self.gateway())

    def gateway(self) -> ReviewGateway:
        """Return a gateway as a new process has it."""
        if self.over == LOCAL:
            return self.doors
        made = makers(self.client, self.records, self.files, pack, self.now_ms, REGIONS)
        return CloudReviews(made, self.records, self.now_ms, Console())

    def _accounts(self) -> AccountGateway:
        return self.doors if self.over == LOCAL else self.cloud_accounts()

    def cloud_accounts(self) -> CloudAccounts:
        return CloudAccounts(self.client, self.records, REGIONS)

    def restarted(self) -> None:
        """Let the desk go on with a gateway that remembers nothing."""
        self._late[:] = [self.gateway()]

    def now_ms(self) -> int:
        return int(self.world.client.call("GET", "/status")["now_ms"])

    def faults(self, **fault: Any) -> None:
        """Let calls fail in one way; nothing ends it."""
        script = {"seed": 7, "fault": [{"share": 1.0, **fault}]} if fault else {}
        self.world.client.call("PUT", "/faults", script)

    def later(self, hours: int = 96) -> None:
        """Let reviewers work, and take over what they say."""
        self.forward(hours * HOUR_MS)
        to_working_hours(self.world.client)
        self.sync()

    def forward(self, ms: int) -> None:
        self.world.client.call("POST", "/clock", {"forward_ms": ms})

    def sync(self) -> int:
        """Hand in what could not be, take over decisions; return how many were handed in."""
        handed_in = self.desk.submitting.flush()
        self.desk.submitting.pull()
        return handed_in

    def clear_filing(self) -> None:
        self.desk.fill_filing()
        self.desk.filings.submit(FilingKind.SEND_TASK)
        if self.over == LOCAL:
            self.later()

    def reviews(self, kind: str) -> list[dict[str, Any]]:
        """Return what the engine has of a kind."""
        found: list[dict[str, Any]] = self.world.client.call("GET", f"/reviews?kind={kind}&limit=500")[
            "items"
        ]
        return found

    def close(self) -> None:
        self.faults()
        self.doors.close()
        self.client.close()
        self.desk.database.close()


class _Later:
    """The gateway that is chosen once the desk's database is there."""

    def __init__(
        self,
        chosen: list[ReviewGateway],
        accounts: Callable[[], AccountGateway],
        ports: Callable[[], PortGateway],
    ) -> None:
        self._chosen, self._accounts, self._ports = chosen, accounts, ports

    def submit(self, item: ReviewItem) -> ReviewState:
        return self._chosen[0].submit(item)

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        return self._chosen[0].states(after, limit)

    def urge(self, kind: str, ref: str, digest: str) -> None:
        self._accounts().urge(kind, ref, digest)

    def freeze(self, pub: str, reason: str) -> None:
        self._accounts().freeze(pub, reason)

    def bind(self, pub: str, number: str, signatures: tuple[str, ...], regions: Choice) -> None:
        self._ports().bind(pub, number, signatures, regions)

    def unbind(self, pub: str, number: str, regions: Choice) -> None:
        self._ports().unbind(pub, number, regions)

    def delete(self, number: str) -> None:
        self._ports().delete(number)


__all__ = ["CLOUD", "LOCAL", "Console", "Files", "Office", "picture"]
