# SPDX-License-Identifier: Apache-2.0
"""Rows of video SMS (智能信息基础版): signatures, templates with a verdict per carrier, and public templates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from koodesk.backend.views.clearing import ReviewProgress
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Problem
from koodesk.domain.review_state import Reason
from koodesk.domain.video_sms.review import CarrierVerdict
from koodesk.domain.video_sms.signature import VideoSignatureState
from koodesk.domain.video_sms.template import Channel


class VideoTemplateState(StrEnum):
    """The state of a template as its list shows it; CHANGED is the desk's own, EXPIRED the end of its validity."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGED = "changed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class VideoSignatureRow:
    """A signature of video SMS. `authorization` is its own 签名授权函, `other` the 其他材料."""

    id: int
    name: str
    third_party: bool
    authorization: Paper | None
    other: Paper | None
    state: VideoSignatureState
    created_ms: int
    progress: ReviewProgress

    @property
    def usable(self) -> bool:
        """Tell whether templates can be handed in with it now (审核通过)."""
        return self.state.usable

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why it was refused, empty otherwise."""
        return self.progress.reasons


@dataclass(frozen=True, slots=True)
class VideoTemplateRow:
    """A video SMS template of the workspace.

    `revision` counts the saved versions from 1 and is what `save` expects back; `digest` is the content's identity,
    `submitted_content` that of the content last handed in. `tpl_id` is the platform's 9-digit id, empty before the first
    submission. `carriers` are the verdicts on what was last handed in. `size` is bytes of texts and media; `expires_ms`
    is when the approved content ends, 0 for never or not known. `why_not` says why it cannot be sent now.
    """

    id: int
    tpl_id: str
    name: str
    title: str
    state: VideoTemplateState
    carriers: tuple[CarrierVerdict, ...]
    reasons: tuple[Reason, ...]
    signature_id: int
    signature_name: str
    channel: Channel
    validity_days: int
    params: tuple[str, ...]
    size: int
    digest: str
    submitted_content: str
    revision: int
    created_ms: int
    saved_ms: int
    expires_ms: int
    progress: ReviewProgress
    why_not: tuple[Problem, ...]
    left_open: tuple[Problem, ...] = ()

    @property
    def sendable(self) -> bool:
        """Tell whether campaigns may use it now: its present content is approved by one carrier at least, and valid."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class PublicVideoRow:
    """A public template (公共模板): it comes with the program and is copied, never changed. `key` names it, `name` and
    `about` are in the language of its texts."""

    key: str
    name: str
    title: str
    about: str
    params: tuple[str, ...]
    size: int
    name_en: str = ""
    about_en: str = ""
