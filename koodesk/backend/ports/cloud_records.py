# SPDX-License-Identifier: Apache-2.0
"""What the desk remembers of its calls to the real platform: records made there, and files uploaded.

The platform takes no idempotency key and tells nothing by itself. So a call that makes something is written down before
its first byte leaves, with the name it is found by; whoever comes back to one without an answer asks the platform for that
name first. Each method is one short transaction of its own: a call stands between two, never inside one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from koodesk.backend.ports.review_gateway import VendorState
from koodesk.domain.review_state import Verdict

UPLOADS_KEPT_MS: Final = 30 * 86_400_000
"""How long the platform keeps a picture or video that nobody uses. [facts 1.7]"""

PAPER: Final = "paper"
ACCOUNT: Final = "account"
"""A paper of a signature, and a picture or paper of a service account: kinds of upload of which no such end is known."""


class Stage(StrEnum):
    """How far a record is on its way to the platform."""

    ASKED = "asked"
    """A call to make it has left, or was about to, and its answer is not here."""
    MADE = "made"
    """The platform has it, under an id."""


@dataclass(frozen=True, slots=True)
class CloudWord:
    """What the platform says of a record: states are words of `Verdict`."""

    state: str
    parties: tuple[VendorState, ...] = ()
    words: str = ""
    channel_num: str = ""
    decided_ms: int = 0

    @property
    def over(self) -> bool:
        """Tell whether nothing new is to be expected: everybody has decided."""
        states = [party.state for party in self.parties] or [self.state]
        return all(Verdict(state).decided for state in states)


def handed_in(parties: tuple[str, ...]) -> CloudWord:
    """Return what is said of a record that was just handed in to those who decide."""
    state = Verdict.WAITING.value
    return CloudWord(state, tuple(VendorState(name, state, "") for name in parties))


@dataclass(frozen=True, slots=True)
class CloudMade:
    """One content of a record on its way to the platform: kind, ref and digest are those of the review (`ports.review_gateway.ReviewItem`).

    `name` is what it is found by; `missed_ms` and `misses` tell of the questions that did not find it, 0 before one; `word` is the
    platform's last one.
    """

    kind: str
    ref: str
    digest: str
    name: str
    stage: Stage
    asked_ms: int
    cloud_id: str = ""
    missed_ms: int = 0
    misses: int = 0
    word: CloudWord | None = None
    open: bool = True
    """Whether the platform may still say something new of it."""
    seq: int = 0
    """Grows with each new word; the order in which words are handed on."""
    account: str = ""
    """Whose it is: "" where nobody knows, made before it was written down."""


@dataclass(frozen=True, slots=True)
class CloudUpload:
    """A file on the platform, by its content: `kind` is image, video, thumbnail, paper or account, `digest` the SHA-256 of the bytes that were
    uploaded, `rate` the ratio it was uploaded for, of an account what it is for. `cloud_id` names it for others ("" while an upload has no answer), `material_id` in
    lists. `used_ms` is when it was last uploaded or named by something handed in: the platform deletes what nobody uses.
    """

    kind: str
    digest: str
    rate: str
    name: str
    asked_ms: int
    cloud_id: str = ""
    material_id: str = ""
    used_ms: int = 0
    account: str = ""

    @property
    def expires_ms(self) -> int:
        """Return when the platform deletes the file unless it is used before, 0 where nothing is known of that."""
        return 0 if self.kind in (PAPER, ACCOUNT) or not self.used_ms else self.used_ms + UPLOADS_KEPT_MS


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """Another account than that of the key in use: how many records were made there and files uploaded, and when last. "" is one
    nobody knows: its records were made before whose they are was written down."""

    account: str
    made: int
    files: int
    last_ms: int


class CloudAccountStore(Protocol):
    """Which keys are of one account."""

    def account(self, caller: str) -> str:
        """Return the account of a key (`ports.cloud.CloudAccess.caller`)."""
        ...

    def others(self, account: str) -> tuple[OtherAccount, ...]:
        """Return the other accounts that something was made or uploaded with, the one used last first."""
        ...

    def unite(self, caller: str, other: str, by: str, at_ms: int) -> None:
        """Keep that what another account has made is that of a key's account."""
        ...


class CloudRecords(Protocol):
    """Remembers what was made and uploaded with the account of the key in use; another account's is not seen. Safe to use from
    several threads and processes."""

    def find(self, kind: str, ref: str, digest: str) -> CloudMade | None:
        """Return one content of a record."""
        ...

    def of_ref(self, kind: str, ref: str) -> CloudMade | None:
        """Return the newest content of a record that the platform has under an id."""
        ...

    def begin(self, record: CloudMade) -> bool:
        """Write a record down that was not known; tell whether this call did: of two that try at once, one."""
        ...

    def again(self, before: CloudMade, asked_ms: int) -> bool:
        """Let a record that is settled as not there be asked for anew; tell whether it was still as before."""
        ...

    def put(self, record: CloudMade) -> None:
        """Write a record in the place of what was known of it."""
        ...

    def tell(self, record: CloudMade) -> CloudMade:
        """The same with a new word, whose `seq` is given here and returned."""
        ...

    def changes(self, after: int, limit: int) -> tuple[CloudMade, ...]:
        """Return the records whose last word came after a `seq`, in order."""
        ...

    def forget(self, record: CloudMade) -> None:
        """Take a record back whose call certainly made nothing."""
        ...

    def waiting(self) -> tuple[CloudMade, ...]:
        """Return the records of which something new may be said, the longest known first."""
        ...

    def upload(self, kind: str, digest: str, rate: str) -> CloudUpload | None:
        """Return what is known of a file."""
        ...

    def put_upload(self, record: CloudUpload) -> None:
        """Write down what is known of a file."""
        ...

    def uploads(self) -> tuple[CloudUpload, ...]:
        """Return every file, the longest unused first."""
        ...
