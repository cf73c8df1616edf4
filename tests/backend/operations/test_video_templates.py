# SPDX-License-Identifier: Apache-2.0
"""Templates of video SMS through their service: revisions, files, what a submission asks for, and a verdict per carrier."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.views.video import VideoTemplateRow, VideoTemplateState
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from koodesk.domain.video_sms.template import Channel, Frame, Media, ResourceKind, Text, VideoTemplate
from tests.backend.operations.clearing_desk import ClearingDesk, body_of

State = VideoTemplateState
DAY_MS = 86_400_000
FILM = b"\x00\x00\x00\x18ftypmp42 a film"


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def car(desk: ClearingDesk, *texts: str, **fields: object) -> VideoTemplate:
    """Return the car maker's message, its film in the gallery."""
    row = desk.gallery.add_bytes("car", FILM)
    film = Media(ResourceKind.VIDEO, row.digest, "mp4", row.size, 5000, 640, 640)
    words = [Frame((Text(text),)) for text in texts or ("北辰X5今日上市，诚邀试驾。拒收请回复R",)]
    given: dict[str, object] = {"title": "北辰X5上市", "frames": (Frame((film,)), *words), "name": "新车上市"}
    return VideoTemplate(**{**given, **fields})  # type: ignore[arg-type]  # the fields of a template, by name


def stored(desk: ClearingDesk, template: VideoTemplate) -> VideoTemplateRow:
    return desk.video_templates.create(template)


def cleared(
    desk: ClearingDesk, *texts: str, letters: tuple[str, ...] = (), **fields: object
) -> VideoTemplateRow:
    """Return a stored template with everything around it approved."""
    desk.clear_video_filing(*letters)
    signature = desk.usable_video_signature()
    return stored(desk, car(desk, *texts, signature_id=signature.id, **fields))


def decide(desk: ClearingDesk, carrier: Carrier | None, *, approve: bool, reason: str = "画面不清") -> None:
    (review,) = desk.reviews.list(kind=ReviewKind.VIDEO_TEMPLATE)
    if approve:
        desk.reviews.approve(review.id, carrier)
    else:
        desk.reviews.reject(review.id, reason, carrier)


# --- records ---------------------------------------------------------------------------------------------------


def test_a_new_template_begins_empty_with_the_signature_that_can_be_used(desk: ClearingDesk) -> None:
    assert desk.video_templates.new("上市").signature_id == 0
    signature = desk.usable_video_signature()
    row = desk.video_templates.new("上市")
    assert (row.title, row.state, row.signature_name) == ("上市", State.DRAFT, "北辰汽车")
    assert (row.signature_id, row.revision, row.tpl_id, row.carriers) == (signature.id, 1, "", ())


@pytest.mark.both_databases
def test_saving_makes_revisions_and_two_savers_never_lose_one(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk))
    row = desk.video_templates.save(row.id, car(desk, "改过了"), row.revision)
    assert (row.revision, desk.video_templates.open(row.id)[1]) == (2, car(desk, "改过了"))
    same = desk.video_templates.save(row.id, car(desk, "改过了"), 2)
    assert same.revision == 2, "nothing changed, nothing saved"
    with pytest.raises(Refused) as refused:
        desk.video_templates.save(row.id, car(desk, "别处也改了"), 1)
    assert codes(refused) == ["video_sms.changed_elsewhere"]
    assert refused.value.problems[0].param("actual") == 2
    assert desk.video_templates.open(row.id)[1] == car(desk, "改过了")


def test_choosing_a_signature_is_saved_though_the_digest_stays(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk))
    chosen = desk.video_templates.save(row.id, car(desk, signature_id=5), row.revision)
    assert (chosen.digest, chosen.signature_id) == (row.digest, 5)


@pytest.mark.both_databases
def test_the_list_is_searched_by_name_subject_and_id(desk: ClearingDesk) -> None:
    first, second = stored(desk, car(desk)), stored(desk, car(desk, name="Spring", title="新茶到店"))
    assert {r.id for r in desk.video_templates.list()} == {first.id, second.id}
    for text, found in (("x5", first), ("SPRING", second), ("新茶", second)):
        assert [r.id for r in desk.video_templates.list(text)] == [found.id]
    assert desk.video_templates.list("没有这个") == ()


def test_a_copy_has_a_name_of_its_own(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk))
    copy = desk.video_templates.duplicate(row.id)
    assert (copy.name, copy.title, copy.revision) == ("新车上市 2", "北辰X5上市", 1)
    assert desk.video_templates.duplicate(row.id).name == "新车上市 3"
    long = stored(desk, car(desk, name="名" * 100))
    assert desk.video_templates.duplicate(long.id).name == "名" * 98 + " 2"
    assert desk.video_templates.duplicate(stored(desk, car(desk, name="")).id).name == ""


def test_a_row_says_what_it_weighs_and_which_parameters_it_has(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk, "#p_2#您好，#p_1#见，#p_2#"))
    assert row.params == ("p_2", "p_1")
    assert row.size == len(FILM) + len("#p_2#您好，#p_1#见，#p_2#".encode())


def test_what_is_gone_is_unknown(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk))
    desk.video_templates.delete(row.id)
    for call in (
        lambda: desk.video_templates.get(row.id),
        lambda: desk.video_templates.open(row.id),
        lambda: desk.video_templates.save(row.id, car(desk), 1),
        lambda: desk.video_templates.submit(row.id),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert codes(refused) == ["video_sms.unknown"]


# --- files and public templates ----------------------------------------------------------------------------------


def test_a_file_out_and_in_is_the_same_message(desk: ClearingDesk, tmp_path: Path) -> None:
    path = tmp_path / "launch.koovideo"
    row = stored(desk, car(desk, signature_id=3))
    desk.video_templates.export_file(row.id, path)
    taken = desk.video_templates.import_file(path)
    assert taken.id != row.id
    assert (taken.digest, taken.signature_id) == (row.digest, 0)


def test_what_a_file_says_of_its_film_is_not_believed(desk: ClearingDesk, tmp_path: Path) -> None:
    path = tmp_path / "lie.koovideo"
    honest = car(desk)
    film = honest.media[0]
    lying = replace(film, duration_ms=86_000_000, width=1, cover_ms=70_000_000)
    koovideo.save(path, replace(honest, frames=(Frame((lying,)), *honest.frames[1:])), {film.digest: FILM})
    _, template = desk.video_templates.open(desk.video_templates.import_file(path).id)
    assert template.media[0] == replace(film, cover_ms=4999)


def test_an_export_without_its_film_is_refused(desk: ClearingDesk, tmp_path: Path) -> None:
    row = stored(desk, car(desk))
    desk.gallery.path(car(desk).media[0].digest).unlink()
    with pytest.raises(Refused) as refused:
        desk.video_templates.export_file(row.id, tmp_path / "x.koovideo")
    assert codes(refused) == ["video_sms.material_gone"]
    assert refused.value.problems[0].where == "frame:1/element:1"


def test_public_templates_are_copied(desk: ClearingDesk) -> None:
    ready = desk.video_templates.public()
    assert len(ready) >= 4
    for public in ready:
        row = desk.video_templates.new_from_public(public.key)
        assert (row.name, row.title, row.params) == (public.name, public.title, public.params)
        assert row.left_open == ()
    with pytest.raises(Refused) as refused:
        desk.video_templates.new_from_public("nothing")
    assert codes(refused) == ["video_sms.public_unknown"]


# --- review ------------------------------------------------------------------------------------------------------


def test_a_submission_asks_for_everything_at_once(desk: ClearingDesk) -> None:
    row = stored(desk, VideoTemplate())
    with pytest.raises(Refused) as refused:
        desk.video_templates.submit(row.id)
    assert set(codes(refused)) == {
        "video_sms.title.missing",
        "video_sms.empty",
        "video_sms.name.missing",
        "video_sms.signature.missing",
    }
    assert desk.reviewer.calls == 0


def test_a_signature_that_waits_or_is_gone_is_refused(desk: ClearingDesk) -> None:
    row = cleared(desk)
    waiting = desk.video_signatures.add(VideoSignatureDraft("南风出行"), desk.file("b.pdf"))
    for signature_id, code in (
        (waiting.id, "video_sms.signature.not_usable"),
        (999, "video_sms.signature.gone"),
    ):
        row = desk.video_templates.save(row.id, car(desk, signature_id=signature_id), row.revision)
        with pytest.raises(Refused) as refused:
            desk.video_templates.submit(row.id)
        assert codes(refused) == [code]


def test_without_the_filing_of_video_sms_nothing_is_handed_in(desk: ClearingDesk) -> None:
    desk.clear_filing()  # that of smart messages helps nobody here
    signature = desk.usable_video_signature()
    row = stored(desk, car(desk, signature_id=signature.id))
    with pytest.raises(Refused) as refused:
        desk.video_templates.submit(row.id)
    assert codes(refused) == ["filing.needed_video"]


@pytest.mark.parametrize(
    ("text", "has_qr", "letter"),
    [
        ("#p_1#，新车上市", False, "params_letter"),
        ("新车上市，见 km2g.cn/PDiWqc", False, "link_letter"),
        ("新车上市", True, "qr_letter"),
    ],
)
def test_a_letter_the_message_needs(desk: ClearingDesk, text: str, has_qr: bool, letter: str) -> None:
    """A warning while it is made, an error when it is handed in, and nothing once the filing has it."""
    row = cleared(desk, text, has_qr=has_qr)
    _, template = desk.video_templates.open(row.id)
    (found,) = desk.video_templates.check(template)
    assert (found.code, found.where, found.severity.value) == (
        "video_sms.letter_needed",
        f"paper:{letter}",
        "warning",
    )
    with pytest.raises(Refused) as refused:
        desk.video_templates.submit(row.id)
    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("video_sms.letter_needed", f"paper:{letter}")
    ]
    desk.clear_video_filing(letter)
    assert desk.video_templates.check(template) == ()
    assert desk.video_templates.submit(row.id).state is State.WAITING


def test_a_film_that_left_the_gallery_stops_the_submission(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.gallery.path(car(desk).media[0].digest).unlink()
    with pytest.raises(Refused) as refused:
        desk.video_templates.submit(row.id)
    assert codes(refused) == ["video_sms.material_gone"]


def test_what_is_handed_in(desk: ClearingDesk) -> None:
    row = cleared(desk, remarks="新车宣传", validity_days=30)
    waiting = desk.video_templates.submit(row.id)
    assert (waiting.state, len(waiting.tpl_id)) == (State.WAITING, 9)
    assert [(v.carrier, v.verdict) for v in waiting.carriers] == [
        (carrier, Verdict.WAITING) for carrier in (Carrier.CMCC, Carrier.CUCC, Carrier.CTCC)
    ]
    body = body_of(desk.reviewer, "video_template")
    assert (body["sign"], body["tpl_name"], body["expiration_time"]) == ("北辰汽车", "新车上市", 30)
    assert [r["index"] for r in body["reslist"]] == ["1-1", "2-1"]
    assert body["reslist"][1]["source"].startswith("【北辰汽车】北辰X5")
    before = desk.reviewer.calls
    assert desk.video_templates.submit(row.id).state is State.WAITING
    assert desk.reviewer.calls == before, "the same again is the same submission"


def test_a_channel_of_one_carrier_is_reviewed_by_one(desk: ClearingDesk) -> None:
    row = cleared(desk, channel=Channel.ONE_ORDINARY)
    assert [v.carrier for v in desk.video_templates.submit(row.id).carriers] == [Carrier.CMCC]


def test_one_carrier_is_enough_and_each_is_told_apart(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.video_templates.submit(row.id)
    decide(desk, Carrier.CUCC, approve=False)
    waiting = desk.video_templates.get(row.id)
    assert (waiting.state, waiting.sendable) == (State.WAITING, False)
    decide(desk, Carrier.CMCC, approve=True)
    approved = desk.video_templates.get(row.id)
    assert (approved.state, approved.sendable) == (State.APPROVED, True)
    assert [(v.carrier.value, v.verdict.value, v.reason) for v in approved.carriers] == [
        ("cmcc", "approved", ""),
        ("cucc", "rejected", "画面不清"),
        ("ctcc", "waiting", ""),
    ]
    assert [r.id for r in desk.video_templates.sendable()] == [row.id]


def test_the_review_desk_shows_the_carriers(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.video_templates.submit(row.id)
    decide(desk, Carrier.CTCC, approve=True)
    (review,) = desk.reviews.list(kind=ReviewKind.VIDEO_TEMPLATE)
    assert (review.title, review.state, review.vendors) == ("新车上市", Verdict.APPROVED, ())
    assert {v.carrier: v.verdict for v in review.carriers}[Carrier.CTCC] is Verdict.APPROVED


def test_all_have_refused_then_it_may_be_handed_in_again_unchanged(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.video_templates.submit(row.id)
    decide(desk, None, approve=False)
    refused_row = desk.video_templates.get(row.id)
    assert (refused_row.state, [r.text for r in refused_row.reasons]) == (State.REJECTED, ["画面不清"])
    assert desk.video_templates.submit(row.id).state is State.WAITING
    digests = {digest for kind, _, digest in desk.reviewer.reviews_by_key if kind == "video_template"}
    assert len(digests) == 2, "a new attempt is a new review"


def test_an_edit_after_each_state(desk: ClearingDesk) -> None:
    row = cleared(desk)
    signature = row.signature_id
    desk.video_templates.submit(row.id)
    row = desk.video_templates.save(row.id, car(desk, "改了一句", signature_id=signature), row.revision)
    assert row.state is State.WAITING, "the review goes on for what was handed in"
    with pytest.raises(Refused) as refused:
        desk.video_templates.submit(row.id)
    assert codes(refused) == ["video_sms.under_review"]
    with pytest.raises(Refused) as refused:
        desk.video_templates.delete(row.id)
    assert codes(refused) == ["video_sms.under_review"]
    decide(desk, None, approve=True)
    row = desk.video_templates.get(row.id)
    assert (row.state, row.sendable) == (State.CHANGED, False)
    row = desk.video_templates.save(row.id, car(desk, signature_id=signature), row.revision)
    assert (row.state, row.sendable) == (State.APPROVED, True), "back to what was approved"
    other = desk.usable_video_signature("北辰出行")
    row = desk.video_templates.save(row.id, car(desk, signature_id=other.id), row.revision)
    assert row.state is State.CHANGED, "another signature is another message"


def test_a_validity_that_is_over(desk: ClearingDesk) -> None:
    row = cleared(desk, validity_days=30)
    desk.video_templates.submit(row.id)
    decide(desk, None, approve=True)
    row = desk.video_templates.get(row.id)
    assert (row.state, row.sendable) == (State.APPROVED, True)
    desk.clock.forward(row.expires_ms - desk.clock.now_ms() - 1)
    assert desk.video_templates.get(row.id).state is State.APPROVED
    desk.clock.forward(1)
    over = desk.video_templates.get(row.id)
    assert (over.state, over.sendable) == (State.EXPIRED, False)
    assert [p.code for p in over.why_not] == ["video_sms.expired"]


def test_a_permanent_one_never_ends(desk: ClearingDesk) -> None:
    row = cleared(desk, validity_days=0)
    desk.video_templates.submit(row.id)
    decide(desk, None, approve=True)
    desk.clock.forward(30_000 * DAY_MS)
    row = desk.video_templates.get(row.id)
    assert (row.state, row.expires_ms) == (State.APPROVED, 0)


def test_a_reviewer_who_is_away_gets_it_later(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.reviewer.down = True
    with pytest.raises(Refused) as refused:
        desk.video_templates.submit(row.id)
    assert codes(refused) == ["gateway.unreachable"]
    waiting = desk.video_templates.get(row.id)
    assert (waiting.state, waiting.progress.unsent, waiting.tpl_id) == (State.WAITING, True, "")
    desk.reviewer.down = False
    assert desk.reviews.sync().handed_in == 1
    assert len(desk.video_templates.get(row.id).tpl_id) == 9


def test_an_answer_that_was_lost_is_one_review(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.reviewer.lose = True
    with pytest.raises(Refused):
        desk.video_templates.submit(row.id)
    desk.reviews.sync()
    assert len([k for k in desk.reviewer.reviews_by_key if k[0] == "video_template"]) == 1
    assert desk.video_templates.get(row.id).state is State.WAITING


def test_older_news_does_not_undo_newer(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.video_templates.submit(row.id)
    decide(desk, Carrier.CMCC, approve=True)
    old = next(c for c in desk.reviewer.changes if c.kind.value == "video_template")
    desk.reviewer.changes.append(old)
    desk.reviews.sync()
    assert desk.video_templates.get(row.id).state is State.APPROVED


def test_material_that_is_shown_is_known_by_name(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk))
    stored(desk, VideoTemplate(name="没有视频的"))
    digest = car(desk).media[0].digest
    with desk.work.read() as connection:
        assert desk.work.video.names_using(connection, digest) == ("新车上市",)
    desk.video_templates.delete(row.id)
    with desk.work.read() as connection:
        assert desk.work.video.names_using(connection, digest) == ()


def test_the_content_of_an_older_version_is_found_by_its_digest(desk: ClearingDesk) -> None:
    row = stored(desk, car(desk))
    newer = desk.video_templates.save(row.id, car(desk, "改过了"), row.revision)
    assert desk.video_templates.open(row.id, row.digest)[1] == car(desk)
    assert desk.video_templates.open(row.id, newer.digest)[1] == car(desk, "改过了")
    with pytest.raises(Refused):
        desk.video_templates.open(row.id, "0" * 64)


def test_what_was_handed_in_is_json_the_platform_reads(desk: ClearingDesk) -> None:
    row = cleared(desk)
    desk.video_templates.submit(row.id)
    (item,) = (r for r in desk.reviewer.reviews_by_key.values() if r.kind.value == "video_template")
    assert [v.vendor for v in item.vendors] == ["cmcc", "cucc", "ctcc"]
    assert json.loads(item.body)["restags"] == "三网一般"
