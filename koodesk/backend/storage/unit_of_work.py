# SPDX-License-Identifier: Apache-2.0
"""The unit of work on the desk's database: transactions of `Database`, and the clearing stores."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.campaign_uses import SqlCampaignUses
from koodesk.backend.storage.stores.cards import SqlCardStore
from koodesk.backend.storage.stores.clearing import SqlFilingStore, SqlSmsStore, SqlSubmissionStore
from koodesk.backend.storage.stores.identity import SqlIdentityStore
from koodesk.backend.storage.stores.sent_content import SqlSentContents
from koodesk.backend.storage.stores.service_account import SqlServiceAccountStore
from koodesk.backend.storage.stores.service_account_shown import SqlShownStore
from koodesk.backend.storage.stores.video import SqlVideoStore


class SqlUnitOfWork:
    """Opens transactions. Safe to share between threads: the stores hold no state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.filings: Final = SqlFilingStore()
        self.sms: Final = SqlSmsStore()
        self.submissions: Final = SqlSubmissionStore()
        self.cards: Final = SqlCardStore()
        self.video: Final = SqlVideoStore()
        self.uses: Final = SqlCampaignUses()
        self.sent: Final = SqlSentContents()
        self.identity: Final = SqlIdentityStore()
        self.accounts: Final = SqlServiceAccountStore()
        self.shown: Final = SqlShownStore()

    def read(self) -> AbstractContextManager[Connection]:
        """Open one consistent read."""
        return self._database.read()

    def write(self) -> AbstractContextManager[Connection]:
        """Open one durable write."""
        return self._database.write()
