# SPDX-License-Identifier: Apache-2.0
"""Clearing a video SMS through the real engine process: filing, signature, template, and a verdict per carrier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.views.video import VideoTemplateRow, VideoTemplateState
from koodesk.backend.workspace import Workspace
from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewerMode, ReviewKind, Verdict
from koodesk.domain.video_sms.signature import VideoSignatureDraft, VideoSignatureState
from tests.backend.operations.clearing_desk import PDF, VIDEO_REQUIRED

pytestmark = pytest.mark.slow

DAYS = 86_400
VIDEO = FilingKind.VIDEO_SMS


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace")) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
        try:
            yield service
        finally:
            service.engine.stop()


def pass_time(service: Service) -> None:
    service.engine.forward(5 * DAYS)
    service.reviews.sync()


def file(folder: Path, name: str) -> Path:
    path = folder / name
    if path.suffix == ".jpg":
        Image.new("RGB", (64, 64), "white").save(path)
    else:
        path.write_bytes(PDF + name.encode())
    return path


def file_and_pass(service: Service, folder: Path, *letters: str) -> None:
    for paper in (*VIDEO_REQUIRED, *letters):
        service.filings.attach(
            VIDEO, paper, file(folder, f"{paper}.{'jpg' if paper == 'licence' else 'pdf'}")
        )
    service.filings.submit(VIDEO)
    pass_time(service)


def ready(service: Service, folder: Path, key: str = "car-launch", *letters: str) -> VideoTemplateRow:
    """Return a public template stored, with everything around it approved."""
    file_and_pass(service, folder, *letters)
    service.video_signatures.add(VideoSignatureDraft("云栖汽车"))
    pass_time(service)
    row = service.video_templates.new_from_public(key)
    _, template = service.video_templates.open(row.id)
    (signature,) = service.video_signatures.list()
    return service.video_templates.save(row.id, replace(template, signature_id=signature.id), row.revision)


def test_from_nothing_to_sendable(service: Service, tmp_path: Path) -> None:
    row = ready(service, tmp_path)
    assert service.filings.get(VIDEO).state is FilingState.APPROVED
    assert service.video_signatures.list()[0].state is VideoSignatureState.APPROVED
    assert row.left_open == ()
    waiting = service.video_templates.submit(row.id)
    assert (waiting.state, len(waiting.tpl_id)) == (VideoTemplateState.WAITING, 9)
    assert [v.carrier for v in waiting.carriers] == list(THREE_CARRIERS)
    pass_time(service)
    done = service.video_templates.get(row.id)
    assert done.sendable, (done.carriers, done.reasons)
    assert {v.verdict for v in done.carriers} <= {Verdict.APPROVED, Verdict.REJECTED}
    assert [r.id for r in service.video_templates.sendable()] == [row.id]
    assert service.reviews.sync().changes == 0


def test_a_letter_the_filing_lacks_and_then_has(service: Service, tmp_path: Path) -> None:
    row = ready(service, tmp_path, "appointment")
    with pytest.raises(Refused) as refused:
        service.video_templates.submit(row.id)
    assert [p.where for p in refused.value.problems] == ["paper:params_letter"]
    service.filings.attach(VIDEO, "params_letter", file(tmp_path, "params_letter.pdf"))
    service.filings.submit(VIDEO)
    pass_time(service)
    service.video_templates.submit(row.id)
    pass_time(service)
    done = service.video_templates.get(row.id)
    assert (done.sendable, done.params) == (True, ("p_1", "p_2", "p_3")), done.reasons


def test_a_person_at_the_desk_decides_for_each_carrier(service: Service, tmp_path: Path) -> None:
    row = ready(service, tmp_path)
    service.reviews.set_mode(ReviewerMode.DESK)
    service.video_templates.submit(row.id)
    (review,) = service.reviews.list(Verdict.WAITING, ReviewKind.VIDEO_TEMPLATE)
    assert (review.title, [v.carrier for v in review.carriers]) == ("新车上市", list(THREE_CARRIERS))
    service.reviews.reject(review.id, "片头有其他品牌", Carrier.CUCC)
    assert service.video_templates.get(row.id).state is VideoTemplateState.WAITING
    service.reviews.approve(review.id, Carrier.CMCC)
    decided = service.video_templates.get(row.id)
    assert decided.state is VideoTemplateState.APPROVED
    assert {v.carrier.value: (v.verdict.value, v.reason) for v in decided.carriers} == {
        "cmcc": ("approved", ""),
        "cucc": ("rejected", "片头有其他品牌"),
        "ctcc": ("waiting", ""),
    }


def test_a_signature_that_was_refused_is_changed_and_passes(service: Service, tmp_path: Path) -> None:
    file_and_pass(service, tmp_path)
    service.reviews.set_mode(ReviewerMode.DESK)
    row = service.video_signatures.add(VideoSignatureDraft("云栖汽车"))
    (review,) = service.reviews.list(Verdict.WAITING, ReviewKind.VIDEO_SIGNATURE)
    service.reviews.reject(review.id, "与营业执照不符")
    (row,) = service.video_signatures.list()
    assert (row.state, [r.text for r in row.reasons]) == (VideoSignatureState.REJECTED, ["与营业执照不符"])
    service.video_signatures.change(row.id, VideoSignatureDraft("云栖汽车集团"), file(tmp_path, "授权函.pdf"))
    (review,) = service.reviews.list(Verdict.WAITING, ReviewKind.VIDEO_SIGNATURE)
    service.reviews.approve(review.id)
    assert service.video_signatures.list()[0].usable


def test_a_validity_runs_by_the_engines_clock(service: Service, tmp_path: Path) -> None:
    row = ready(service, tmp_path)
    _, template = service.video_templates.open(row.id)
    row = service.video_templates.save(row.id, replace(template, validity_days=10), row.revision)
    service.video_templates.submit(row.id)
    pass_time(service)
    assert service.video_templates.get(row.id).state is VideoTemplateState.APPROVED
    service.engine.forward(11 * DAYS)
    assert service.video_templates.get(row.id).state is VideoTemplateState.EXPIRED
