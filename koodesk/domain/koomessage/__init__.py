# SPDX-License-Identifier: Apache-2.0
"""A card as the platform takes it: the JSON body of POST /v1/aim/templates, and back.

Field names and types are those of the official SDK (CreateAimPersonalTemplateRequestBody and what it holds; facts 2.2, 3,
4.2). Files by subject:

    sources.py   materials as `src_type` and `src`, those that are not uploaded yet included
    placing.py   which slot a position_number means when groups repeat
    writing.py   a template to one body for each submission
    reading.py   a body to a template, every key looked at

Whether a card obeys the rules is `checks`' question: half-finished cards are written as far as they go. What the two
directions keep, and what the body cannot hold, is in docs/decisions/0016.
"""

from koodesk.domain.koomessage.reading import READING_CODES, Imported, loads, read_body
from koodesk.domain.koomessage.writing import WRITING_CODES, bodies, body, dumps

KOOMESSAGE_CODES = (*WRITING_CODES, *READING_CODES)
"""Every code this package refuses with, beside those of `codec` and `strict_table`."""

__all__ = ["KOOMESSAGE_CODES", "Imported", "bodies", "body", "dumps", "loads", "read_body"]
