# SPDX-License-Identifier: Apache-2.0
"""An export (下载中心) and where it stands. A job runs once; doing it again is another job."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ExportState(StrEnum):
    """Where an export stands.

    WAITING: nobody writes it yet; a team's exports stand in a queue first. RUNNING: its file is being written. FINISHED: the file is there, whole. FAILED: it could not be written, and why is known.
    CANCELLED: somebody asked to stop. INTERRUPTED: the program that wrote it ended first. Only FINISHED has left a file.
    """

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


OVER: Final = frozenset(ExportState) - {ExportState.WAITING, ExportState.RUNNING}
"""States that nothing leaves."""

FORMATS: Final = (".xlsx", ".csv", ".pdf")
"""What a table can be written as; .pdf only where a report has a picture of itself."""
