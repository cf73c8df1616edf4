# SPDX-License-Identifier: Apache-2.0
"""The gallery (图库): pictures, videos and sounds from outside become materials, and smaller ones where they must.

A material never changes: its digest is its name, so an optimised picture is a new material, and so are a video's cover and
a fitted video. Opening them is the readers' matter; who takes which, `domain.media_types` says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.materials import (
    BrandStore,
    MaterialFiles,
    MaterialRecord,
    MaterialStore,
    MessageMedia,
    PictureData,
    Pictures,
    VideoData,
    VideoFrame,
    Videos,
)
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.materials import MaterialRow, UploadOutcome, VideoAdded
from koodesk.domain.crop import Crop
from koodesk.domain.material_rules import PLATFORM_BYTES, SOURCE_LIMIT, oversize, shown_name
from koodesk.domain.media_types import (
    CARD_PICTURES,
    GIF,
    HEAD_BYTES,
    MESSAGE_ONLY,
    MESSAGE_VIDEOS,
    MaterialKind,
    is_of,
    sniff,
)
from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_account.rules import PictureRule
from koodesk.domain.video_fit import MOST_MS, FitGoal, VideoCut
from koodesk.domain.video_rules import VideoFacts, video_notes

MOST_THUMBS = 200
"""Most pictures of a time line."""


class Materials:
    """The gallery of a workspace."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: MaterialStore,
        files: MaterialFiles,
        pictures: Pictures,
        videos: Videos,
        clock: Clock,
        brand: BrandStore | None = None,
        media: MessageMedia | None = None,
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._files = files
        self._pictures = pictures
        self._videos = videos
        self._clock = clock
        self._brand = brand
        self._media = media

    @needs("kooMessage:devMaterial:list")
    def list(self, text: str = "", kind: MaterialKind = "picture") -> tuple[MaterialRow, ...]:
        """Return the materials of a kind whose name or a tag contains a text, newest first; pictures where no kind is given."""
        with self._work.read() as connection:
            records = self._store.list(connection, text.strip())
        return tuple(row_of(r, self._files) for r in records if is_of(r.media_type, kind))

    @needs("kooMessage:devMaterial:list")
    def get(self, digest: str) -> MaterialRow:
        """Return one material. Raises Refused("material.unknown")."""
        return row_of(self._record(digest), self._files)

    @needs("kooMessage:devMaterial:list")
    def path(self, digest: str) -> Path:
        """Return where a material's file lies. Raises Refused("material.unknown")."""
        return row_of(self._record(digest), self._files).path

    @needs("kooMessage:devMaterial:create")
    def add_files(
        self, paths: Sequence[Path], progress: Report = silent, cancel: Cancel = never
    ) -> tuple[UploadOutcome, ...]:
        """Import pictures, each for itself: a bad one has its problems and never stops the others.

        After a cancel the files not looked at yet say reader.cancelled.
        """
        outcomes = []
        for done, path in enumerate(paths):
            progress(Progress("upload", done, len(paths)))
            name = shown_name(path.name)
            try:
                row = self._add(name, self._pictures.read(path, cancel))
                outcomes.append(UploadOutcome(name, row))
            except Refused as refusal:
                outcomes.append(UploadOutcome(name, None, refusal.problems))
        progress(Progress("upload", len(paths), len(paths)))
        return tuple(outcomes)

    @needs("kooMessage:devMaterial:create")
    def add_bytes(self, name: str, data: bytes) -> MaterialRow:
        """Import a picture that came without a file (pasted, or out of a card or message file), or another medium out of one.

        Raises Refused("picture.*") or, when it starts as a video or sound does, Refused("video.*") or Refused("sound.*").
        """
        if len(data) > SOURCE_LIMIT:
            raise Refused(problem("picture.file_too_large", limit=SOURCE_LIMIT, actual=len(data)))
        with tempfile.TemporaryDirectory(prefix="koodesk-") as folder:
            path = Path(folder) / "pasted"
            path.write_bytes(data)
            media_type = sniff(data[:HEAD_BYTES])
            if media_type == "video/mp4":
                return self._add_video(shown_name(name), self._videos.read(path, never)).video
            if media_type in MESSAGE_ONLY:
                return self._add_medium(shown_name(name), path, media_type, never)
            return self._add(shown_name(name), self._pictures.read(path, never))

    @needs("kooMessage:devMaterial:create")
    def add_media(self, path: Path, cancel: Cancel = never) -> MaterialRow:
        """Import one file as video SMS takes it: png, jpeg, gif, mp4, 3gp, mp3 or wav, by its content and not its name.

        Names, places, dates and the like go; what is seen and heard stays as it is, a gif animated. A video brings its first
        picture as the thumbnail and no cover of its own. Raises Refused: picture.*, video.*, sound.*, reader.*.
        """
        name = shown_name(path.name)
        media_type = _sniffed(path)
        if media_type in MESSAGE_ONLY or media_type in MESSAGE_VIDEOS:
            return self._add_medium(name, path, media_type, cancel)
        return self._add(name, self._pictures.read(path, cancel))

    @needs("kooMessage:devMaterial:create")
    def add_video(self, path: Path, cancel: Cancel = never) -> VideoAdded:
        """Import a video and make a cover of its first picture. Raises Refused("video.*") or Refused("reader.*").

        The file is stored without its notes (place, device, dates); pictures and sound stay as they are.
        """
        return self._add_video(shown_name(path.name), self._videos.read(path, cancel))

    @needs("kooMessage:devMaterial:create")
    def cover(self, digest: str, at_ms: int, cancel: Cancel = never) -> MaterialRow:
        """Make a cover of what a video shows at a time: a JPEG of at most 100 KB, as a material of its own.

        Raises Refused: material.unknown, material.not_a_video, video.time_outside.
        """
        video = self._video(digest)
        picture = self._videos.cover(self._files.path(digest, video.media_type), at_ms, cancel)
        return self._add(video.name, picture)

    @needs("kooMessage:devMaterial:list")
    def moment(self, digest: str, at_ms: int, cancel: Cancel = never) -> bytes:
        """Return what a video shows at a time as a JPEG, for a preview: nothing is stored. Raises Refused as `cover`."""
        video = self._video(digest)
        return self._videos.cover(self._files.path(digest, video.media_type), at_ms, cancel).data

    @needs("kooMessage:devMaterial:list")
    def frames(self, digest: str, cancel: Cancel = never) -> Iterator[tuple[VideoFrame, ...]]:
        """Return what a preview plays of a video or gif: small JPEGs in order of time, a block at a time as they are decoded.

        At most 15 a second, 360 pixels wide, the first 33 s and 16 MB together. Closing the iterator ends the decoding.
        Raises Refused: material.unknown, material.not_a_video at once; video.* and reader.cancelled while it goes.
        """
        record = self._record(digest)
        if record.media_type == GIF:
            return self._message_media().gif_frames(self._files.path(digest, GIF), cancel)
        video = self._video(digest)
        return self._videos.frames(self._files.path(digest, video.media_type), cancel)

    # --- fitting ---------------------------------------------------------------------------------------------

    @needs("kooMessage:devMaterial:list")
    def probe_video(self, path: Path, cancel: Cancel = never) -> VideoFacts:
        """Measure a video of this machine that may be fitted: mp4, mov, 3gp, mkv or webm of at most 2 GB.

        Nothing is stored. Raises Refused("video.*") or Refused("reader.*").
        """
        return self._videos.probe_source(path, cancel)

    @needs("kooMessage:devMaterial:list")
    def clip_strip(self, path: Path, count: int, cancel: Cancel = never) -> Iterator[tuple[VideoFrame, ...]]:
        """Return pictures spread evenly over such a video for a time line, in blocks as they are decoded.

        At most `count` (1 to 200), 160 pixels a side, each at most half a step before its place. Closing the iterator ends
        the decoding. Raises Refused while it goes.
        """
        return self._videos.clip_strip(path, min(max(1, count), MOST_THUMBS), cancel)

    @needs("kooMessage:devMaterial:list")
    def first_frames(
        self, path: Path, start_ms: int = 0, end_ms: int | None = None, cancel: Cancel = never
    ) -> Iterator[tuple[VideoFrame, ...]]:
        """Return what a preview plays of such a video from a time on, before anything is stored, in blocks like `frames`.

        Times are the source's. Without `end_ms` as long as a video SMS may be. Raises Refused while it goes.
        """
        end = start_ms + MOST_MS if end_ms is None else end_ms
        return self._videos.first_frames(path, max(0, start_ms), end, cancel)

    @needs("kooMessage:devMaterial:create")
    def fit_video(
        self,
        path: Path,
        cut: VideoCut,
        goal: FitGoal,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> MaterialRow:
        """Cut and encode a video of this machine until it fits, and store the result; the source stays as it is.

        H.264 and AAC at a steady rate of at most 30 pictures a second, without notes. Reports "fit" (and "fit_again") in ms
        of the result; a cancel ends it at once. Raises Refused: video.fit_impossible, what `plan_fit` refuses, video.*, reader.*.
        """
        found = self._videos.fit(path, cut, goal, cancel, progress)
        return self._keep_video(shown_name(path.name), found)

    @needs("kooMessage:devMaterial:create")
    def optimise(
        self,
        digest: str,
        max_bytes: int = PLATFORM_BYTES,
        crop: Crop | None = None,
        size: tuple[int, int] | None = None,
        cancel: Cancel = never,
    ) -> MaterialRow:
        """图像优化: make a new material of at most `max_bytes`, cut to `crop` and scaled to `size` where given.

        The original stays. Raises Refused: material.unknown, picture.crop_outside, picture.cannot_fit.
        """
        old = self._record(digest)
        path = self._files.path(old.digest, old.media_type)
        return self._add(old.name, self._pictures.optimise(path, max_bytes, crop, size, cancel))

    @needs("kooMessage:aimSaMedia:create")
    def add_account_picture(self, path: Path, rule: PictureRule, cancel: Cancel = never) -> MaterialRow:
        """Import a picture for a service account, made fit where that loses nothing one would miss: the middle in the ratio
        that is asked for, and as many bytes. One that is too small stays as it is, for the form to say so.

        Raises Refused: picture.*, reader.*.
        """
        found = self._pictures.read(path, cancel)
        row = self._add(shown_name(path.name), found)
        crop = rule.middle(row.width, row.height)
        enough = crop is None or (crop[2] >= rule.least[0] and crop[3] >= rule.least[1])
        if not enough or (crop is None and row.size <= rule.max_bytes):
            return row
        stored = self._files.path(row.digest, row.media_type)
        part = None if crop is None else Crop(*crop)
        return self._add(row.name, self._pictures.optimise(stored, rule.max_bytes, part, None, cancel))

    @needs("kooMessage:devMaterial:delete")
    def delete(self, digest: str) -> None:
        """Remove a material.

        Raises Refused: material.in_use while any revision of a card shows it, material.in_sent while a message that was sent does,
        material.in_brand while the brand kit does.
        """
        record = self._record(digest)
        with self._work.write() as connection:
            # Asked in the very write that removes it, so that no card can be saved with it in between.
            users = (
                *self._work.cards.names_using(connection, digest),
                *self._work.video.names_using(connection, digest),
                *self._work.accounts.names_using(connection, digest),
            )
            if users:
                raise Refused(
                    problem("material.in_use", name=record.name, cards="、".join(users[:5]), count=len(users))
                )
            sent = (
                *self._work.sent.names_showing(connection, digest),
                *self._work.shown.names_showing(connection, digest),
            )
            if sent:
                raise Refused(
                    problem("material.in_sent", name=record.name, cards="、".join(sent[:5]), count=len(sent))
                )
            if self._brand is not None and digest in self._brand.get(connection).logos:
                raise Refused(problem("material.in_brand", name=record.name))
            self._store.remove(connection, digest)
        self._files.remove(record.digest, record.media_type)

    def _record(self, digest: str) -> MaterialRecord:
        with self._work.read() as connection:
            record = self._store.get(connection, digest)
        if record is None:
            raise Refused(problem("material.unknown"))
        return record

    def _video(self, digest: str) -> MaterialRecord:
        record = self._record(digest)
        if record.media_type not in MESSAGE_VIDEOS:
            raise Refused(problem("material.not_a_video", name=record.name))
        return record

    def _message_media(self) -> MessageMedia:
        assert self._media is not None  # every workspace has it
        return self._media

    def _add_medium(self, name: str, path: Path, media_type: str | None, cancel: Cancel) -> MaterialRow:
        if media_type in MESSAGE_VIDEOS:
            return self._keep_video(name, self._videos.read(path, cancel, ("mp4", "3gp")))
        if media_type == GIF:
            return self._add(name, self._message_media().gif(path, cancel))
        sound = self._message_media().sound(path, cancel)
        return self._keep(
            MaterialRecord(
                digest=self._files.put(sound.data, sound.media_type, sound.thumbnail),
                name=name,
                media_type=sound.media_type,
                width=0,
                height=0,
                size=len(sound.data),
                created_ms=self._clock.now_ms(),
                duration_ms=sound.duration_ms,
            )
        )

    def _add(self, name: str, picture: PictureData) -> MaterialRow:
        return self._keep(
            MaterialRecord(
                digest=self._files.put(picture.data, picture.media_type, picture.thumbnail),
                name=name,
                media_type=picture.media_type,
                width=picture.width,
                height=picture.height,
                size=len(picture.data),
                created_ms=self._clock.now_ms(),
                look=picture.look,
            )
        )

    def _add_video(self, name: str, found: VideoData) -> VideoAdded:
        cover = self._add(name, found.cover)
        return VideoAdded(self._keep_video(name, found), cover, video_notes(found.facts))

    def _keep_video(self, name: str, found: VideoData) -> MaterialRow:
        facts = found.facts
        return self._keep(
            MaterialRecord(
                digest=self._files.put(found.data, found.media_type, found.cover.thumbnail),
                name=name,
                media_type=found.media_type,
                width=facts.width,
                height=facts.height,
                size=len(found.data),
                created_ms=self._clock.now_ms(),
                duration_ms=facts.duration_ms,
                look=found.cover.look,
            )
        )

    def _keep(self, record: MaterialRecord) -> MaterialRow:
        with self._work.write() as connection:
            added = self._store.add(connection, record)
            stored = self._store.get(connection, record.digest)
        assert stored is not None
        return row_of(stored, self._files, existed=not added)


def row_of(record: MaterialRecord, files: MaterialFiles, *, existed: bool = False) -> MaterialRow:
    """Return a record as screens see it."""
    return MaterialRow(
        digest=record.digest,
        name=record.name,
        media_type=record.media_type,
        width=record.width,
        height=record.height,
        size=record.size,
        created_ms=record.created_ms,
        path=files.path(record.digest, record.media_type),
        thumbnail=files.thumbnail(record.digest),
        oversize=record.media_type in CARD_PICTURES and oversize(record.size),
        existed=existed,
        duration_ms=record.duration_ms,
        tags=record.tags,
        focal=record.focal,
    )


def _sniffed(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return sniff(stream.read(HEAD_BYTES))
    except OSError:
        return None  # the reader says what is wrong with it
