# SPDX-License-Identifier: Apache-2.0
"""Which colour and icon each state has. The words are in `resources/messages/states.toml` under `state.<what>.<state>`."""

from __future__ import annotations

from typing import Final

from koodesk import messages
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.send_state import Bucket
from koodesk.ui import i18n

KINDS: Final[dict[str, dict[str, str]]] = {
    "filing": {
        "not_submitted": "neutral",
        "waiting": "accent",
        "approved": "success",
        "rejected": "danger",
    },
    "sms_app": {
        "NOT_SUBMITTED": "neutral",
        "CREATED": "accent",
        "LAUNCHED": "success",
        "SUSPENDED": "danger",
    },
    "signature": {
        "NOT_SUBMITTED": "neutral",
        "PENDING_REVIEW": "accent",
        "PROCESSING": "accent",
        "REVIEW_PASSED": "success",
        "REVIEW_NOT_PASS": "danger",
        "TO_BE_ACTIVATED": "warning",
        "PENDING_ACTIVATE": "accent",
    },
    "sms_template": {
        "NOT_SUBMITTED": "neutral",
        "Reviewing": "accent",
        "Adopted": "success",
        "Reject": "danger",
    },
    "card": {
        "draft": "neutral",
        "waiting": "accent",
        "approved": "success",
        "rejected": "danger",
        "changed": "warning",
    },
    "video_template": {
        "draft": "neutral",
        "waiting": "accent",
        "approved": "success",
        "rejected": "danger",
        "changed": "warning",
        "expired": "warning",
    },
    "package": {"in_use": "success", "used_up": "neutral", "expired": "neutral"},
    "order": {"unpaid": "warning", "paid": "success", "cancelled": "neutral"},
    "confidence": {
        "stated": "success",
        "assumed": "warning",
        "contract": "success",
        "unknown": "neutral",
    },
    "worker": {"working": "success", "silent": "warning", "gone": "danger"},
    "job": {"waiting": "neutral", "running": "accent", "stalled": "warning", "failed": "danger"},
    "export": {
        "waiting": "neutral",
        "running": "accent",
        "finished": "success",
        "failed": "danger",
        "cancelled": "neutral",
        "interrupted": "warning",
    },
    "account": {
        "normal": "success",
        "arrears": "warning",
        "retention": "danger",
        "frozen": "danger",
    },
    # service account
    "sa_approval": {
        "draft": "neutral",
        "waiting": "accent",
        "approved": "success",
        "rejected": "danger",
    },
    "sa_life": {
        "not_in_effect": "neutral",
        "in_effect": "success",
        "expired": "neutral",
        "frozen": "warning",
    },
    "verdict": {
        "waiting": "accent",
        "processing": "accent",
        "approved": "success",
        "rejected": "danger",
        "none": "neutral",
    },
    "step": {"done": "success", "waiting": "accent", "todo": "neutral", "rejected": "danger"},
    "campaign": {
        "scheduled": "accent",
        "running": "accent",
        "paused": "warning",
        "stopping": "warning",
        "unclear": "warning",
        "needs_decision": "warning",
        "finished": "success",
        "stopped": "neutral",
    },
    "bucket": {
        "accepted": "success",
        "refused": "danger",
        "unknown": "warning",
        "pending": "neutral",
        "in_flight": "accent",
        "cancelled": "neutral",
        "expired": "neutral",
        "opted_out": "neutral",
        "not_eligible": "neutral",
        "invalid": "danger",
        "duplicate": "neutral",
    },
    "delivery": {
        "delivered": "success",
        "failed": "danger",
        "waiting": "accent",
        "timeout": "warning",
    },
}


def kind(what: str, state: str) -> str:
    """Return the chip kind of a state; neutral for one that is not known here."""
    return KINDS.get(what, {}).get(state, "neutral")


def word(what: str, state: str) -> str:
    """Return the word of a state in the language in force; empty for no state."""
    return messages.word(f"state.{what}.{state}", i18n.language()) if state else ""


def bucket(kind: str, name: str) -> str:
    """Return the word of a bucket; who is not eligible is another matter for each kind of send."""
    own = kind != CampaignKind.SMART and name == Bucket.NOT_ELIGIBLE
    return word(f"bucket_{kind}" if own else "bucket", name)
