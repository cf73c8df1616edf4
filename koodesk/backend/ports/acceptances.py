# SPDX-License-Identifier: Apache-2.0
"""The other side's own record of what it accepted, apart from anything the desk keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class AcceptanceRecord(Protocol):
    """A record of acceptances that the other side only appends to."""

    @property
    def by(self) -> str:
        """Return what it is called in a certificate."""
        ...

    def of(self, campaign: str) -> Iterator[tuple[str, str, str]]:
        """Yield (key of the call, message id, stable name of the recipient) of a campaign's acceptances.

        Raises Refused (certificate.no_record) when it cannot be read.
        """
        ...
