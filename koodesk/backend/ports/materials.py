# SPDX-License-Identifier: Apache-2.0
"""What the material operations need from outside: readers of pictures and videos, the folder they live in, their records,
and the brand kit that names some of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from koodesk.backend.ports.progress import Cancel, Report, silent
from koodesk.domain.brand import BrandKit
from koodesk.domain.crop import CENTRE, Crop, Focal
from koodesk.domain.video_fit import FitGoal, VideoCut
from koodesk.domain.video_rules import MEDIA_TYPE as VIDEO
from koodesk.domain.video_rules import VideoFacts


@dataclass(frozen=True, slots=True)
class PictureData:
    """A picture that went through the reader: upright, re-encoded, free of metadata; with its thumbnail (PNG).

    `source_size` is the size in bytes of what came in, `look` what near duplicates are found by (`domain.likeness`).
    """

    data: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes
    source_size: int
    look: str = ""


class Pictures(Protocol):
    """Opens pictures in a process of its own. Both raise Refused("reader.*" or "picture.*")."""

    def read(self, path: Path, cancel: Cancel) -> PictureData:
        """Read one picture from outside."""

    def optimise(
        self, path: Path, max_bytes: int, crop: Crop | None, size: tuple[int, int] | None, cancel: Cancel
    ) -> PictureData:
        """图像优化: cut to `crop`, scale to `size` where given, and lower the quality until it fits `max_bytes`."""


@dataclass(frozen=True, slots=True)
class VideoData:
    """A video that went through the reader: its file without notes, what it is, and its first picture as a cover."""

    data: bytes
    facts: VideoFacts
    cover: PictureData
    media_type: str = VIDEO


@dataclass(frozen=True, slots=True)
class SoundData:
    """A sound that went through the reader: its file without notes, its type, how long it plays in ms, and a thumbnail."""

    data: bytes
    media_type: str
    duration_ms: int
    thumbnail: bytes


class MessageMedia(Protocol):
    """Opens what only video SMS takes, in a process of its own. Each raises Refused("reader.*" or "media.unreadable").

    A gif raises Refused("picture.*") besides, a sound Refused("sound.*").
    """

    def gif(self, path: Path, cancel: Cancel) -> PictureData:
        """Read one gif from outside: its pictures as they are, nothing else of it."""

    def gif_frames(self, path: Path, cancel: Cancel) -> Iterator[tuple[VideoFrame, ...]]:
        """Yield the pictures of one round of a gif, a block at a time, in order; closing the iterator ends the reading."""

    def sound(self, path: Path, cancel: Cancel) -> SoundData:
        """Read one mp3 or wav from outside: what plays, nothing else of it."""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One picture of a preview: when it is shown in ms, its pixels, and itself as JPEG."""

    at_ms: int
    width: int
    height: int
    jpeg: bytes


class Videos(Protocol):
    """Opens videos in a process of its own. Each raises Refused("reader.*" or "video.*").

    video.reader_missing: the extra that decodes videos is not installed.
    """

    def probe(self, path: Path, cancel: Cancel) -> VideoFacts:
        """Measure one video from outside."""

    def read(self, path: Path, cancel: Cancel, containers: tuple[str, ...] = ("mp4",)) -> VideoData:
        """Read one video from outside, with its first picture as a cover; of "mp4" and "3gp" those that are allowed."""

    def cover(self, path: Path, at_ms: int, cancel: Cancel) -> PictureData:
        """Return the picture at a time, of an mp4 or 3gp, as a JPEG that the platform takes for a cover."""

    def frames(self, path: Path, cancel: Cancel) -> Iterator[tuple[VideoFrame, ...]]:
        """Yield the pictures a preview plays, a block at a time, in order; closing the iterator ends the reading."""

    def probe_source(self, path: Path, cancel: Cancel) -> VideoFacts:
        """Measure a video that is to be fitted: mp4, mov, 3gp, mkv or webm of at most 2 GB."""

    def first_frames(
        self, path: Path, from_ms: int, to_ms: int, cancel: Cancel
    ) -> Iterator[tuple[VideoFrame, ...]]:
        """Yield what a preview plays of such a video between two times, in blocks; the whole is not measured first."""

    def clip_strip(self, path: Path, count: int, cancel: Cancel) -> Iterator[tuple[VideoFrame, ...]]:
        """Yield up to `count` small pictures spread evenly over such a video, in blocks, for a time line."""

    def fit(
        self, path: Path, cut: VideoCut, goal: FitGoal, cancel: Cancel, report: Report = silent
    ) -> VideoData:
        """Cut, scale and encode such a video so that it keeps within the goal; its cover is at the cut's `cover_ms`.

        Reports "fit" (and "fit_again" at a second attempt) in ms of the result. Raises Refused besides as
        `domain.video_fit.plan_fit`, and video.fit_impossible when two attempts are too large.
        """


@dataclass(frozen=True, slots=True)
class MaterialRecord:
    """A stored picture or video: `digest` is the hex SHA-256 of the stored file; a video has `duration_ms`.

    `focal` is in thousandths of the upright picture; `look` is "" where nobody has made one yet.
    """

    digest: str
    name: str
    media_type: str
    width: int
    height: int
    size: int
    created_ms: int
    duration_ms: int = 0
    tags: tuple[str, ...] = ()
    focal: Focal = CENTRE
    look: str = ""


@dataclass(frozen=True, slots=True)
class CardUsing:
    """A card that shows a material: `now` in the present revision, else in an older one; its present name and template."""

    card_id: int
    name: str
    now: bool
    template: str


class MaterialStore(Protocol):
    """Records of materials."""

    def add(self, connection: Connection, record: MaterialRecord) -> bool:
        """Store a record; False when the same content was there already (its first name stays)."""

    def get(self, connection: Connection, digest: str) -> MaterialRecord | None:
        """Return one record."""

    def list(self, connection: Connection, text: str, tag: str = "") -> tuple[MaterialRecord, ...]:
        """Return the records whose name or a tag contains a text, newest first; with `tag` only those that have it."""

    def change(self, connection: Connection, record: MaterialRecord) -> None:
        """Store a record's name, tags, focal point and look."""

    def focals(self, connection: Connection) -> Mapping[str, Focal]:
        """Return the focal points that are not in the middle, by digest."""

    def uses(self, connection: Connection) -> Mapping[str, int]:
        """Return for each used material how many cards show it in any revision."""

    def users(self, connection: Connection, digest: str) -> tuple[CardUsing, ...]:
        """Return the cards any revision of which shows a material, last saved first."""

    def remove(self, connection: Connection, digest: str) -> None:
        """Forget a record."""


class BrandStore(Protocol):
    """The one brand kit of a workspace."""

    def get(self, connection: Connection) -> BrandKit:
        """Return the kit, empty where none was saved."""

    def put(self, connection: Connection, kit: BrandKit) -> None:
        """Store a kit in the place of the one before."""


class MaterialFiles(Protocol):
    """The folder of materials: files named by digest, written whole or not at all."""

    def put(self, data: bytes, media_type: str, thumbnail: bytes) -> str:
        """Store a picture or video with its thumbnail; return its digest. The same content twice is one file."""

    def path(self, digest: str, media_type: str) -> Path:
        """Return where the picture or video lies."""

    def thumbnail(self, digest: str) -> Path:
        """Return where its thumbnail lies (PNG, at most 256 pixels a side)."""

    def remove(self, digest: str, media_type: str) -> None:
        """Delete picture and thumbnail."""


class MaterialUse(Protocol):
    """Answers whether a card still shows a material."""

    def cards_using(self, digest: str) -> tuple[str, ...]:
        """Return the names of the cards that use it."""
