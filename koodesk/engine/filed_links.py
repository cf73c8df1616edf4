# SPDX-License-Identifier: Apache-2.0
"""Which domains and jump URLs were filed and approved: what the links of resolve tasks and of messages may use."""

from __future__ import annotations

from typing import Any

from koodesk.domain.jump_url import check_jump_url, host_of
from koodesk.domain.problem import errors
from koodesk.domain.resolve_task import Generation
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import resolve_rules


def check_domain(connection: Any, name: str, generation: Generation) -> None:
    """Refuse a domain that is not filed for codes of a kind. The public ones are for standard codes, as is none (empty).

    Raises ApiError (400).
    """
    if generation is Generation.STANDARD and (not name or name in resolve_rules().system_domains):
        return
    row = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'domain' AND state = 'approved' "
        "AND lower(json_extract(body, '$.name')) = ? AND json_extract(body, '$.generation') = ? LIMIT 1",
        (name, generation.value),
    ).fetchone()
    if row is None:
        raise ApiError(
            400,
            "KD.DOMAIN_NOT_FILED",
            "the domain is not filed for codes of this kind",
            where="domain",
            domain=name,
        )


def check_url(connection: Any, url: str, where: str) -> None:
    """Refuse a URL whose host is not filed. Raises ApiError (400)."""
    rules = resolve_rules()
    if errors(check_jump_url(url, rules.send_jump_url.most, rules.private, where)):
        raise ApiError(400, "KD.FIELD", "not a jump URL", where=where)
    host = host_of(url)
    row = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'jump_url' AND state = 'approved' "
        "AND json_extract(body, '$.host') = ? LIMIT 1",
        (host,),
    ).fetchone()
    if row is None:
        raise ApiError(
            400, "KD.JUMP_URL_NOT_FILED", "the host of the jump URL is not filed", where=where, host=host
        )
