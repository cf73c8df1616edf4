# SPDX-License-Identifier: Apache-2.0
"""Rows of resolve tasks (解析任务): tasks, links, custom domains, jump URLs; and where H5 pages can be opened."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.views.clearing import ReviewProgress
from koodesk.domain.filing import FilingState
from koodesk.domain.resolve_task import CodeType, Generation

UNSENT = "unsent"
"""The state of a task that the platform has not confirmed; the others are those of `domain.link.LinkState`."""


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A custom domain (自定义域名); `used` counts the resolve tasks that have it, and the send tasks whose
    links may still be opened."""

    id: int
    name: str
    generation: Generation
    note: str
    state: FilingState
    created_ms: int
    progress: ReviewProgress
    used: int

    @property
    def usable(self) -> bool:
        """Tell whether links can be made under it now."""
        return self.state is FilingState.APPROVED


@dataclass(frozen=True, slots=True)
class JumpUrlRow:
    """A custom jump URL (自定义跳转链接) whose host is filed."""

    id: int
    url: str
    host: str
    note: str
    state: FilingState
    created_ms: int
    progress: ReviewProgress

    @property
    def usable(self) -> bool:
        """Tell whether links may lead to its host now."""
        return self.state is FilingState.APPROVED


@dataclass(frozen=True, slots=True)
class ResolveTaskRow:
    """A resolve task. `state` is "unsent", or how its links stand: active, used_up, expired, frozen. `first_url` is its one
    link, or the first of several; `resolved` is added up over all."""

    id: int
    remote_id: int
    name: str
    card_id: int
    card_name: str
    tpl_id: str
    type: CodeType
    days: int
    times: int
    generation: Generation
    domain: str
    signatures: tuple[str, ...]
    created_ms: int
    expires_ms: int
    links: int
    resolved: int
    last_ms: int
    state: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with its task's name. `state` as in `ResolveTaskRow`; times are 0 while it was never resolved."""

    task_id: int
    task_name: str
    place: int
    code: str
    url: str
    custom_url: str
    cust_flag: str
    params: tuple[tuple[str, str], ...]
    resolved: int
    times: int
    first_ms: int
    last_ms: int
    expires_ms: int
    state: str


@dataclass(frozen=True, slots=True)
class PagesRow:
    """The listener for browsers: `mode` is off, loopback or network."""

    mode: str
    urls: tuple[str, ...]
    previews: int


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A preview on a real phone: its address (of the network where that is open), its token and when it ends (real time)."""

    url: str
    token: str
    expires_ms: int
    network: bool
