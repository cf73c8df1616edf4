# SPDX-License-Identifier: Apache-2.0
"""What is known of workers, of the jobs in the queue of a team's workspace, and of what left lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

EXPORTS: Final = "export"
"""What stands in a gateway's place for who writes exports and sends nothing."""


def exports_at(place: str) -> str:
    """Return the same with the place whose disk the files go to (`ports.exports.ExportQueue`)."""
    return f"{EXPORTS}-{place}"


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A worker. `alive`: a team's holds its lock; of a file's this is for the lock file to say. `beat_ms` is its last heartbeat,
    0 for one that takes no jobs; `silent`: the heart has not beaten for half a minute."""

    name: str
    machine: str
    pid: int
    gateway: str
    since_ms: int
    beat_ms: int
    silent: bool
    alive: bool


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job: its task (send, receive, export), the number and the name of what it is about (of an export its kind), its status (todo, doing, failed), since when,
    and the name of the worker that runs it."""

    id: int
    task: str
    number: int
    subject: str
    status: str
    attempts: int
    worker: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class MinuteRecord:
    """How many recipients were answered in a minute that begins at `at_ms`."""

    at_ms: int
    accepted: int
    refused: int


class WorkerStore(Protocol):
    """Where it is kept."""

    @property
    def shared(self) -> bool:
        """Whether the workspace is a team's."""

    def workers(self) -> Sequence[WorkerRecord]:
        """Return the workers, oldest first."""

    def jobs(self) -> Sequence[JobRecord]:
        """Return the jobs that wait, run or failed."""

    def minutes(self, since_ms: int, until_ms: int) -> Sequence[MinuteRecord]:
        """Return what was answered in each minute of a stretch."""
