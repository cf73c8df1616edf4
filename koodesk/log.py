# SPDX-License-Identifier: Apache-2.0
"""Logging: one line format, and no full phone number in any line, tracebacks included.

Message texts, keys and passwords are never given to a logger in the first place; numbers can slip in through an error's text,
so they are masked at the last moment.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

LIMIT_BYTES: Final = 2_000_000
KEEP: Final = 3

_NUMBER: Final = re.compile(r"(?<!\d)((?:\+?86)?1\d{2})\d{4}(\d{4})(?!\d)")


def masked(text: str) -> str:
    """Hide the middle four digits of every mobile number in a text."""
    return _NUMBER.sub(r"\1****\2", text)


class MaskingFormatter(logging.Formatter):
    """Formats a record and masks the whole of it, exception text included."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished, masked line or lines."""
        return masked(super().format(record))


def configure(file: Path | None = None, level: int = logging.INFO) -> None:
    """Send the program's log to a file that rotates, or to standard error. Replaces what was configured before."""
    handler: logging.Handler = (
        logging.StreamHandler()
        if file is None
        else RotatingFileHandler(file, maxBytes=LIMIT_BYTES, backupCount=KEEP, encoding="utf-8", delay=True)
    )
    handler.setFormatter(MaskingFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
