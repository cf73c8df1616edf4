# SPDX-License-Identifier: Apache-2.0
"""Reviews of video SMS: the filing, the signature, and a template that each carrier decides about for itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Severity
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.video_sms.template import Frame, Text
from koodesk.engine import review_rows, reviews
from koodesk.engine.errors import ApiError
from koodesk.engine.reviewer import review
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.working_hours import WORKING_DAY_MS
from tests.engine import video
from tests.engine.client import paper
from tests.engine.inside import DAY_MS, HOUR_MS, MONDAY_TEN, Inside

Prepare = Callable[[Inside], object]


def nothing(_inside: Inside) -> None:
    """Nothing was handed in before."""


def with_filing(*letters: str) -> Prepare:
    def prepare(inside: Inside) -> None:
        inside.reviewed("filing", "filing:video_sms", video.filing(letters))

    return prepare


def with_signature(*letters: str) -> Prepare:
    def prepare(inside: Inside) -> None:
        with_filing(*letters)(inside)
        inside.reviewed("video_signature", "video_signature:1", video.signature())

    return prepare


PLAIN = replace(video.CAR, frames=(Frame((Text("北辰X5上市，诚邀试驾。拒收请回复R"),)),))
LINK = replace(PLAIN, frames=(Frame((Text("详情 https://beichen.example/x5"),)),))
QR = replace(PLAIN, has_qr=True)
TWO_SIGNS = video.template(PLAIN)
TWO_SIGNS["reslist"] = [{**TWO_SIGNS["reslist"][0], "source": "【北辰汽车】【特惠】诚邀试驾"}]
UNSIGNED = video.template(PLAIN)
UNSIGNED["reslist"] = [{**UNSIGNED["reslist"][0], "source": "北辰X5上市"}]

CASES: list[tuple[str, str, Prepare, dict[str, Any], set[str]]] = [
    ("complete", "filing", nothing, video.filing(), set()),
    ("no letters", "filing", nothing, video.filing(()), set()),
    ("no licence", "filing", nothing, video.filing(leave_out="licence"), {"filing.paper_missing"}),
    ("signature", "video_signature", with_filing(), video.signature(), set()),
    ("other is pdf", "video_signature", with_filing(), video.signature(other=paper("a.pdf")), {"paper.type"}),
    ("not a name", "video_signature", with_filing(), video.signature(name=1), {"review.unreadable"}),
    ("no flag", "video_signature", with_filing(), {"name": "北辰汽车"}, {"review.unreadable"}),
    ("plain text", "video_template", with_signature(), video.template(PLAIN), set()),
    (
        "no signature",
        "video_template",
        with_filing(),
        video.template(PLAIN),
        {"review.video_signature_not_approved"},
    ),
    (
        "nothing cleared",
        "video_template",
        nothing,
        video.template(PLAIN),
        {"review.video_signature_not_approved", "review.video_filing_not_approved"},
    ),
    (
        "parameters",
        "video_template",
        with_signature("link_letter"),
        video.template(),
        {"video_sms.letter_needed"},
    ),
    ("parameters, letter", "video_template", with_signature("params_letter"), video.template(), set()),
    (
        "link",
        "video_template",
        with_signature("params_letter"),
        video.template(LINK),
        {"video_sms.letter_needed"},
    ),
    ("link, letter", "video_template", with_signature("link_letter"), video.template(LINK), set()),
    ("QR code", "video_template", with_signature(), video.template(QR), {"video_sms.letter_needed"}),
    ("QR code, letter", "video_template", with_signature("qr_letter"), video.template(QR), set()),
    ("no list", "video_template", with_signature(), {"title": "北辰"}, {"review.unreadable"}),
]


@pytest.mark.parametrize(
    ("kind", "before", "body", "codes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_written_rules(
    inside: Inside, kind: str, before: Prepare, body: dict[str, Any], codes: set[str]
) -> None:
    before(inside)
    parties = video.THREE if kind == "video_template" else ()
    found = inside.reviewed(kind, "new:1", body, parties)
    assert {reason["code"] for reason in found["reasons"]} == codes
    assert found["state"] == ("rejected" if codes else "approved")
    assert all(one["reason"] for one in found["vendors"].values()) is (bool(codes) or not parties)


@pytest.mark.parametrize("body", [TWO_SIGNS, UNSIGNED], ids=["two signatures", "none"])
def test_the_signature_stands_once_before_the_first_text(inside: Inside, body: dict[str, Any]) -> None:
    with_signature()(inside)
    found = inside.reviewed("video_template", "video:1", body, video.THREE)
    assert found["state"] == "rejected"
    assert {reason["vendor"] for reason in found["reasons"]} == set(video.THREE)


def test_a_missing_letter_is_named_by_its_place(inside: Inside) -> None:
    with_signature()(inside)
    car = replace(LINK, frames=(*LINK.frames, Frame((Text("#p_1#"),))), has_qr=True)
    found = inside.reviewed("video_template", "video:1", video.template(car), ("cmcc",))
    assert [one["where"] for one in found["reasons"]] == [f"paper:{name}" for name in video.LETTERS]


def test_the_newest_approved_filing_counts(inside: Inside) -> None:
    with_signature("params_letter")(inside)
    # One that was refused takes nothing away, one that waits adds nothing.
    inside.reviewed("filing", "filing:video_sms", video.filing((), leave_out="licence"))
    assert inside.reviewed("video_template", "video:1", video.template(), ("cmcc",))["state"] == "approved"
    inside.hand_in("filing", "filing:video_sms", video.filing())
    found = inside.hand_in("video_template", "video:2", video.template(LINK), ("cmcc",))
    inside.later(DAY_MS)
    assert review_rows.get(inside.connection, found["id"])["state"] == "rejected"


def test_a_filing_that_waits_is_none(inside: Inside) -> None:
    inside.hand_in("filing", "filing:video_sms", video.filing())
    inside.hand_in("video_signature", "video_signature:1", video.signature())
    inside.later(2 * HOUR_MS)
    found = inside.hand_in("video_template", "video:1", video.template(PLAIN), ("cmcc",))
    inside.later(DAY_MS)
    told = review_rows.get(inside.connection, found["id"])
    assert [one["code"] for one in told["reasons"]] == ["review.video_filing_not_approved"]


def test_each_carrier_decides_at_its_own_time_and_one_is_enough(inside: Inside) -> None:
    with_signature("params_letter")(inside)
    found = inside.hand_in("video_template", "video:1", video.template(), video.THREE)
    assert (found["stage"], len(found["tpl_id"])) == ("1", 9)
    dues = sorted(one["due_ms"] for one in found["vendors"].values())
    assert len(set(dues)) == 3
    inside.later(dues[0] - inside.now_ms)
    first = review_rows.get(inside.connection, found["id"])
    assert (first["state"], first["stage"]) == ("approved", "0")
    assert sorted(one["state"] for one in first["vendors"].values()) == ["approved", "waiting", "waiting"]
    inside.later(dues[2] - inside.now_ms)
    last = review_rows.get(inside.connection, found["id"])
    assert {name: one["decided_ms"] for name, one in last["vendors"].items()} == {
        name: one["due_ms"] for name, one in found["vendors"].items()
    }


def test_the_desk_decides_for_one_carrier(inside: Inside) -> None:
    with_signature("params_letter")(inside)
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.hand_in("video_template", "video:1", video.template(), video.THREE)

    def decide(**given: Any) -> dict[str, Any]:
        return reviews.decide(inside.connection, found["id"], given, inside.now_ms)

    told = decide(approve=False, reason="画面不清", vendor="cucc")
    assert (told["state"], told["vendors"]["cucc"]["reason"]) == ("waiting", "画面不清")
    assert [(one["vendor"], one["text"]) for one in told["reasons"]] == [("cucc", "画面不清")]
    told = decide(approve=True)
    assert {name: one["state"] for name, one in told["vendors"].items()} == {
        "cmcc": "approved",
        "cucc": "rejected",
        "ctcc": "approved",
    }
    with pytest.raises(ApiError) as caught:
        decide(approve=True, vendor="HUAWEI")
    assert caught.value.params["where"] == "vendor"
    seqs = [one["vendors"] for one in review_rows.changes(inside.connection, 0, 500)["items"]]
    assert seqs[-1]["cucc"]["state"] == "rejected"


def test_a_channel_of_one_is_no_matter_of_the_others(inside: Inside) -> None:
    with_signature("params_letter")(inside)
    found = inside.reviewed(
        "video_template", "video:1", video.template(video.one_network()), ("cmcc", "cucc")
    )
    assert {name: one["state"] for name, one in found["vendors"].items()} == {
        "cmcc": "approved",
        "cucc": "rejected",
    }
    assert [one["code"] for one in found["reasons"]] == ["review.carrier_not_of_channel"]


def test_how_long_the_reviews_take(inside: Inside) -> None:
    filed = inside.hand_in("filing", "filing:video_sms", video.filing())
    assert filed["due_ms"] == MONDAY_TEN + 3 * WORKING_DAY_MS + 3 * 15 * HOUR_MS  # ten o'clock on Thursday
    smart = inside.hand_in("filing", "filing:send_task", {"kind": "send_task", "papers": []})
    assert smart["due_ms"] < filed["due_ms"]
    signed = inside.hand_in("video_signature", "video_signature:1", video.signature())
    assert signed["due_ms"] == MONDAY_TEN + 2 * HOUR_MS
    made = inside.hand_in("video_template", "video:1", video.template(), video.THREE)
    assert all(MONDAY_TEN < one["due_ms"] <= MONDAY_TEN + DAY_MS for one in made["vendors"].values())


def test_the_stages_are_the_platforms_words(inside: Inside) -> None:
    video.clear(inside)
    told = [(one["kind"], one["stage"]) for one in review_rows.changes(inside.connection, 0, 500)["items"]]
    assert [stage for kind, stage in told if kind == "video_signature"] == ["审核中", "审核通过"]
    assert {stage for kind, stage in told if kind == "video_template"} == {"1", "0"}


@pytest.mark.parametrize("vendors", [[], ["HUAWEI"], ["oversea"], ["cmcc", "unknown"], [["cmcc"]]])
def test_only_the_three_carriers_decide(inside: Inside, vendors: list[Any]) -> None:
    given = {"kind": "video_template", "ref": "video:1", "digest": "d", "vendors": vendors, "body": {}}
    with pytest.raises(ApiError) as caught:
        reviews.submit(inside.connection, given, inside.settings, inside.now_ms)
    assert caught.value.params["where"] == "vendors"


class Approved(Knowledge):
    """An account whose filing and signature are fine, without a database."""

    def __init__(self) -> None:
        super().__init__(None, "video:1")

    def is_video_signature(self, name: str) -> bool:
        return name == video.SIGN

    def video_filing_papers(self) -> frozenset[str]:
        return frozenset(video.LETTERS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
RESOURCE = st.dictionaries(
    st.sampled_from(["res_type", "index", "source", "digest", "size", "duration_ms", "param"]),
    JSON | st.sampled_from(["txt", "mp4", "jpg", "1-1", "1-2", "0-0", "a" * 64, "【北辰汽车】上市"]),
)
CHANGES = st.dictionaries(st.sampled_from(sorted(video.template())), JSON | st.lists(RESOURCE, max_size=4))


@given(CHANGES, st.booleans())
def test_a_reviewer_has_an_answer_to_everything(changes: dict[str, Any], bare: bool) -> None:
    # What fails here would fail whenever anybody asks the engine for anything.
    body = orjson.loads(orjson.dumps(changes if bare else video.template() | changes))
    for kind in (ReviewKind.VIDEO_TEMPLATE, ReviewKind.VIDEO_SIGNATURE):
        found = review(kind, body, "cmcc", Approved())
        assert all(one.severity is Severity.ERROR for one in found)
    if not bare and not changes:
        assert review(ReviewKind.VIDEO_TEMPLATE, body, "cmcc", Approved()) == ()
