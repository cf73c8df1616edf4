# SPDX-License-Identifier: Apache-2.0
"""The unit of work: the transactions of the desk's database and the clearing stores that live in them.

    with work.write() as connection:
        record = work.filings.get(connection, kind)

Leaving a `write` block is the durable commit; an exception forgets everything in it. A gateway call stands between
two blocks, never inside one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from koodesk.backend.ports.clearing import CardStore, FilingStore, SmsStore, SubmissionStore
from koodesk.backend.ports.desk import CampaignUses, SentContents
from koodesk.backend.ports.identity import IdentityStore
from koodesk.backend.ports.service_account import ServiceAccountStore, ShownStore
from koodesk.backend.ports.video import VideoStore


class UnitOfWork(Protocol):
    """Opens transactions; its attributes are the stores."""

    @property
    def filings(self) -> FilingStore: ...

    @property
    def sms(self) -> SmsStore: ...

    @property
    def submissions(self) -> SubmissionStore: ...

    @property
    def cards(self) -> CardStore: ...

    @property
    def video(self) -> VideoStore: ...

    # desk
    @property
    def uses(self) -> CampaignUses: ...

    @property
    def sent(self) -> SentContents: ...

    @property
    def identity(self) -> IdentityStore: ...

    @property
    def accounts(self) -> ServiceAccountStore: ...

    @property
    def shown(self) -> ShownStore: ...

    def read(self) -> AbstractContextManager[Connection]:
        """Open one consistent read."""
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """Open one durable write."""
        ...
