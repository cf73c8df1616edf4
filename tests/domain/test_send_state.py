# SPDX-License-Identifier: Apache-2.0
"""The two tables of states: what they promise for every walk through them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.send_state import (
    CAMPAIGN_MOVES,
    CHUNK_MOVES,
    OVER,
    SETTLED,
    Bucket,
    CampaignMove,
    CampaignState,
    ChunkMove,
    ChunkState,
    bucket_of,
    chunk_sources,
    move_campaign,
    move_chunk,
)


@pytest.mark.parametrize("state", list(CampaignState))
@pytest.mark.parametrize("move", list(CampaignMove))
def test_a_campaign_moves_by_the_table_or_not_at_all(state: CampaignState, move: CampaignMove) -> None:
    if (state, move) in CAMPAIGN_MOVES:
        assert move_campaign(state, move) is CAMPAIGN_MOVES[state, move]
    else:
        with pytest.raises(Refused) as refused:
            move_campaign(state, move)
        assert refused.value.problems[0].code == "campaign.illegal_move"


def test_nothing_leaves_the_last_states() -> None:
    assert not [state for state, _ in CAMPAIGN_MOVES if state in OVER]
    assert not [state for state, _ in CHUNK_MOVES if state in SETTLED]


def test_every_state_can_be_reached_and_can_end() -> None:
    for table, first, ends in (
        (CAMPAIGN_MOVES, CampaignState.SCHEDULED, OVER),
        (CHUNK_MOVES, ChunkState.PLANNED, SETTLED),
    ):
        reached = {first}
        for _ in range(len(table)):
            reached |= {after for (state, _), after in table.items() if state in reached}
        assert reached == set(type(first))
        ending = set(ends)
        for _ in range(len(table)):
            ending |= {state for (state, _), after in table.items() if after in ending}
        assert ending == set(type(first))


@given(st.lists(st.sampled_from(list(ChunkMove)), max_size=12))
def test_a_chunk_that_may_have_left_never_looks_as_if_it_had_not(moves: list[ChunkMove]) -> None:
    """Once a doubt arose, no walk leads to planned, cancelled or expired unless the chunk was said not to be sent."""
    state, doubted = ChunkState.PLANNED, False
    for move in moves:
        try:
            state = move_chunk(state, move)
        except Refused:
            continue
        doubted = doubted or move in (ChunkMove.DOUBT, ChunkMove.RECALL)
        if move is ChunkMove.NOT_SENT:
            # The ledger turns it into DOUBT once there was one; tests of the ledger see to that.
            doubted = False
        if doubted:
            assert state not in (ChunkState.PLANNED, ChunkState.CANCELLED, ChunkState.EXPIRED)


def test_only_what_never_left_can_be_cancelled_or_expire() -> None:
    assert chunk_sources(ChunkMove.CANCEL) == (ChunkState.PLANNED,)
    assert chunk_sources(ChunkMove.EXPIRE) == (ChunkState.PLANNED,)


@given(
    st.sampled_from([Bucket.PENDING, Bucket.OPTED_OUT, Bucket.NOT_ELIGIBLE]),
    st.sampled_from(list(ChunkState)),
    st.sampled_from([None, Bucket.ACCEPTED, Bucket.REFUSED]),
)
def test_every_recipient_has_one_bucket(decided: Bucket, chunk: ChunkState, answer: Bucket | None) -> None:
    bucket = bucket_of(decided, chunk, answer)
    if decided is not Bucket.PENDING:
        assert bucket is decided
    elif answer is not None:
        assert bucket is answer
    else:
        assert bucket not in (Bucket.ACCEPTED, Bucket.REFUSED), "no answer is never shown as one"
