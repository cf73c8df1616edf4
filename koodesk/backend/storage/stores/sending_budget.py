# SPDX-License-Identifier: Apache-2.0
"""The budget lock (预算上限) in the ledger: what each chunk may cost, and whether the next may still leave.

A chunk that has left, or may have, counts with all it may cost; one that was refused without a doubt costs nothing. Whether
a chunk fits is decided in the statement that claims it, so neither a crash nor a second worker goes beyond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.sending import BudgetRow
from koodesk.domain.billing.budget import worst_each
from koodesk.domain.billing.money import yuan
from koodesk.domain.campaign import Snapshot
from koodesk.domain.problem import Refused, problem

if TYPE_CHECKING:
    from sqlalchemy import Connection


def _committed(campaign: str) -> str:
    return (
        "coalesce((SELECT sum(x.worst) FROM chunk_cost x JOIN chunk y ON y.campaign_id = x.campaign_id AND y.no = x.no "
        "WHERE x.campaign_id = {campaign} AND y.state NOT IN ('planned', 'cancelled', 'expired') "
        "AND NOT (y.state = 'refused' AND y.doubt = 0)), 0)"
    ).replace("{campaign}", campaign)


def _amount(campaign: str) -> str:
    return (
        "(SELECT b.amount FROM campaign_budget b WHERE b.campaign_id = {campaign} ORDER BY b.id DESC LIMIT 1)"
    ).replace("{campaign}", campaign)


FITS: Final = """
(chunk.state <> 'planned' OR NOT EXISTS (SELECT 1 FROM campaign_budget WHERE campaign_id = chunk.campaign_id)
OR {amount} >= {committed} + (SELECT worst FROM chunk_cost WHERE campaign_id = chunk.campaign_id AND no = chunk.no))
""".replace("{amount}", _amount("chunk.campaign_id")).replace("{committed}", _committed("chunk.campaign_id"))
"""Condition of a claim: the chunk has left before, its campaign has no budget, or it fits what is left of it."""

_OVER: Final = """
SELECT c.id FROM campaign c WHERE EXISTS (SELECT 1 FROM campaign_budget WHERE campaign_id = c.id)
AND {amount} < {committed} + (SELECT x.worst FROM chunk k JOIN chunk_cost x
    ON x.campaign_id = k.campaign_id AND x.no = k.no WHERE k.campaign_id = c.id AND k.state = 'planned'
    ORDER BY k.no LIMIT 1)
""".replace("{amount}", _amount("c.id")).replace("{committed}", _committed("c.id"))


_STAND: Final = (
    (
        "SELECT coalesce({amount}, 0), {committed}, coalesce(sum(x.worst), 0) FROM chunk_cost x WHERE x.campaign_id = ?"
    )
    .replace("{amount}", _amount("?"))
    .replace("{committed}", _committed("?"))
)


def begin(connection: Connection, campaign_id: int, snapshot: Snapshot, at_ms: int, by: str) -> None:
    """Write the budget that was confirmed; nothing for a campaign without one."""
    if snapshot.budget:
        _add(connection, campaign_id, snapshot.budget, at_ms, by)


def cost_chunks(connection: Connection, campaign_id: int, snapshot: Snapshot) -> None:
    """Write what each chunk that has no cost yet may cost at most; nothing for a campaign without a budget."""
    if not snapshot.budget:
        return
    card, other = worst_each(snapshot)
    connection.exec_driver_sql(
        "INSERT INTO chunk_cost (campaign_id, no, worst) "
        "SELECT k.campaign_id, k.no, sum(r.card) * ? + sum(1 - r.card) * ? FROM chunk k "
        "JOIN recipient r ON r.id BETWEEN k.first_id AND k.last_id WHERE k.campaign_id = ? "
        "AND NOT EXISTS (SELECT 1 FROM chunk_cost x WHERE x.campaign_id = k.campaign_id AND x.no = k.no) "
        "GROUP BY k.campaign_id, k.no",
        (card, other, campaign_id),
    )


def over(connection: Connection) -> frozenset[int]:
    """Return the campaigns whose next chunk would go beyond their budget."""
    if connection.exec_driver_sql("SELECT 1 FROM campaign_budget LIMIT 1").first() is None:
        return frozenset()
    return frozenset(row[0] for row in connection.exec_driver_sql(_OVER))


def stand(connection: Connection, campaign_id: int) -> BudgetRow:
    """Return a campaign's budget and what of it is committed; all 0 without one."""
    row = connection.exec_driver_sql(_STAND, (campaign_id, campaign_id, campaign_id)).one()
    return BudgetRow(int(row[0]), int(row[1]), int(row[2]), campaign_id in over(connection))


def raise_to(connection: Connection, campaign_id: int, amount: int, at_ms: int, by: str) -> None:
    """Raise a budget. Raises Refused: campaign.budget.none, campaign.budget.not_higher."""
    now = stand(connection, campaign_id)
    if not now.amount:
        raise Refused(problem("campaign.budget.none", "budget"))
    if amount <= now.amount:
        raise Refused(
            problem("campaign.budget.not_higher", "budget", limit=yuan(now.amount), actual=yuan(amount))
        )
    _add(connection, campaign_id, amount, at_ms, by)


def _add(connection: Connection, campaign_id: int, amount: int, at_ms: int, by: str) -> None:
    connection.exec_driver_sql(
        'INSERT INTO campaign_budget (campaign_id, amount, at_ms, "by") VALUES (?, ?, ?, ?)',
        (campaign_id, amount, at_ms, by),
    )
