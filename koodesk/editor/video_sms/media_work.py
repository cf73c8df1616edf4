# SPDX-License-Identifier: Apache-2.0
"""How media come into the message: chosen from the gallery, from files, dropped. Files are read by others, off this thread.

A video that is too long for the platform, or too large for what is left of the budget, is not put in as it is:
`clip_wanted` asks for it to be cut. While nobody answers that (`clips`), what is too long is refused in words.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from koodesk.domain.problem import Problem, problem
from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.edits import Place
from koodesk.domain.video_sms.rules import VideoSmsRules
from koodesk.domain.video_sms.template import Element, Media, ResourceKind, VideoTemplate
from koodesk.editor.gallery import FILE
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.shelf import FileFacts, ShelfItem
from koodesk.editor.video_sms.words import kind_word, weight

CLIP_ONLY: Final = ("mov", "mkv", "webm")
"""Endings of videos that no message takes and that can be made into one it takes."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file goes: in the place of an element, or before the frame `at`."""

    at: int = 0
    replaces: Place | None = None


@dataclass(slots=True)
class _Batch:
    """Files that came together: where the next of them goes."""

    target: Target


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """A video that has to be cut before it fits: a file of this machine or one of the gallery.

    `duration_ms` and `size` are its own, `max_ms` and `max_bytes` what it may have; answer with `MediaWork.put`.
    """

    source: Path | Media
    name: str
    duration_ms: int
    size: int
    max_ms: int
    max_bytes: int
    target: Target


def room_for(template: VideoTemplate, rules: VideoSmsRules, replaces: Place | None = None) -> int:
    """Return how many bytes of the budget are left for one more file, or for one in the place of another."""
    used = template.size - (weight(edits.element_at(template, replaces)) if replaces is not None else 0)
    return max(rules.budget_bytes - used, 0)


def no_room(template: VideoTemplate, rules: VideoSmsRules) -> Problem | None:
    """Return why no further frame can be put in, None when one can."""
    elements = sum(1 for _ in template.elements())
    if elements >= rules.resources_max:
        return problem("video_sms.insert.resources", limit=rules.resources_max, actual=elements)
    if len(template.frames) >= rules.frames_max:
        return problem("video_sms.insert.frames", limit=rules.frames_max, actual=len(template.frames))
    return None


def kind_of(path: Path, rules: VideoSmsRules, *, clips: bool = False) -> ResourceKind | None:
    """Return what a file is by the ending of its name, None when a message takes no such file.

    With `clips`, videos that only go in after they were made anew are videos too.
    """
    ending = path.suffix.lower().removeprefix(".")
    if clips and ending in CLIP_ONLY:
        return ResourceKind.VIDEO
    return next((kind for kind, types in rules.types.items() if ending in types), None)


class MediaWork(QObject):
    """Puts elements into a session's message."""

    clip_wanted = Signal(object)
    """A `ClipRequest`."""

    importing = Signal(str)
    """The name of the file that is being stored, empty when none is."""

    def __init__(self, session: VideoSession) -> None:
        super().__init__(session)
        self._session = session
        self._waiting: Final[deque[tuple[Path, _Batch]]] = deque()
        self._halt: Callable[[], None] | None = None
        self._busy = False
        self.clips = False
        """Whether somebody answers `clip_wanted`."""

    @property
    def busy(self) -> bool:
        """Tell whether a file is being stored."""
        return self._busy

    def next_frame(self) -> int:
        """Return the frame before which something new goes: behind the selected one, at the end when none is."""
        place = self._session.place()
        return len(self._session.template.frames) if place is None else place.frame + 1

    def insert(self, element: Element, at: int | None = None) -> bool:
        """Put an element in as a frame of its own and tell whether there was room for it."""
        full = no_room(self._session.template, self._session.rules)
        if full is not None:
            self._session.refused.emit((full,))
            return False
        frame = self.next_frame() if at is None else at
        where = f"frame:{frame + 1}"
        return self._session.change("insert", where, lambda t: edits.insert_frame(t, frame, element))

    def put(self, item: ShelfItem, target: Target) -> bool:
        """Put a stored file where it is wanted; a video that is too long or too large is asked to be cut first."""
        session, media = self._session, item.media
        session.learn((item,))
        if media.kind is ResourceKind.VIDEO:
            facts = FileFacts(media.duration_ms, media.size)
            if not self._fits(media, item.name, facts, target):
                return False
        return self.put_cut(item, target)

    def put_cut(self, item: ShelfItem, target: Target) -> bool:
        """Put a stored file where it is wanted, as it is: for one that has been cut to fit."""
        session, media = self._session, item.media
        session.learn((item,))
        place = target.replaces
        if place is None:
            return self.insert(media, target.at)
        if session.element(place.where) is None:
            return self.insert(media)
        return session.change("set_media", place.where, lambda t: edits.set_media(t, place, media))

    def compress(self, where: str, max_bytes: int) -> None:
        """Put a smaller copy of a picture in its place; one step of the history, the larger one stays in the gallery."""
        media, place = self._session.element(where), edits.place_of(where)
        if not isinstance(media, Media) or place is None or self._busy:
            return
        name = kind_word(media.kind)
        self._busy = True
        self.importing.emit(name)

        def done(items: tuple[ShelfItem, ...]) -> None:
            self._idle()
            now = self._session.element(where)
            if isinstance(now, Media) and now.digest == media.digest:  # not replaced or moved meanwhile
                for item in items:
                    self.put_cut(item, Target(place.frame, place))

        self._session.around.shelf.compress(media, max_bytes, done, partial(self._failed, Path(name)))

    def take_paths(self, paths: Iterable[Path], target: Target) -> None:
        """Store files of this machine, one after the other, and put each in its place: the second behind the first."""
        batch = _Batch(target)
        for path in paths:
            if kind_of(path, self._session.rules, clips=self.clips) is None:
                self._refuse_type(path)
            else:
                self._waiting.append((path, batch))
        self._next()

    def stop(self) -> None:
        """Store no more files; what is under way is given up."""
        self._waiting.clear()
        halt, self._halt = self._halt, None
        if halt is not None:
            halt()
        self._idle()

    # --- inside -----------------------------------------------------------------------------------------------

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        path, batch = self._waiting.popleft()
        target = batch.target
        kind = kind_of(path, self._session.rules, clips=self.clips)
        assert kind is not None
        full = None if target.replaces else no_room(self._session.template, self._session.rules)
        if full is not None:
            self._waiting.clear()
            self._session.refused.emit((full,))
            return
        self._busy = True
        self.importing.emit(path.name)
        if kind is ResourceKind.VIDEO:
            self._session.around.shelf.probe(
                path, partial(self._probed, path, batch), partial(self._failed, path)
            )
        else:
            self._store(path, batch)

    def _probed(self, path: Path, batch: _Batch, facts: FileFacts) -> None:
        if not self._busy:
            return  # given up
        if self._fits(path, path.name, facts, batch.target):
            self._store(path, batch)
        else:
            self._idle()
            self._next()

    def _store(self, path: Path, batch: _Batch) -> None:
        self._halt = self._session.around.shelf.add(
            path, partial(self._stored, batch), partial(self._failed, path)
        )

    def _stored(self, batch: _Batch, items: tuple[ShelfItem, ...]) -> None:
        if not self._busy:
            return  # given up
        self._idle()
        for item in items:
            if self.put(item, batch.target):
                batch.target = Target(batch.target.at + 1)
        self._next()

    def _failed(self, path: Path, problems: tuple[Problem, ...]) -> None:
        self._idle()
        self._session.refused.emit(tuple(replace(p, where=f"{FILE}{path.name}") for p in problems))
        self._next()

    def _idle(self) -> None:
        self._busy = False
        self._halt = None
        self.importing.emit("")

    def _fits(self, source: Path | Media, name: str, facts: FileFacts, target: Target) -> bool:
        """Tell whether a video can go in as it is; otherwise it is asked to be cut, or refused while nobody cuts."""
        rules = self._session.rules
        room = room_for(self._session.template, rules, target.replaces)
        long = facts.duration_ms > rules.video_max_ms
        anew = isinstance(source, Path) and kind_of(source, rules) is None
        if not long and not anew and facts.size <= room:
            return True
        if self.clips:
            self.clip_wanted.emit(
                ClipRequest(source, name, facts.duration_ms, facts.size, rules.video_max_ms, room, target)
            )
            return False
        if not long:
            return True  # the budget is Koodesk's own: more than it is a warning
        self._session.refused.emit(
            (
                problem(
                    "video_sms.insert.video_too_long",
                    f"{FILE}{name}",
                    limit=rules.video_max_ms // 1000,
                    actual=round(facts.duration_ms / 1000, 1),
                ),
            )
        )
        return False

    def _refuse_type(self, path: Path) -> None:
        types = self._session.rules.types
        allowed = "；".join(f"{kind_word(kind)} {' '.join(found)}" for kind, found in types.items())
        self._session.refused.emit(
            (problem("video_sms.insert.file_type", f"{FILE}{path.name}", allowed=allowed),)
        )
