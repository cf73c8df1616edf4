# SPDX-License-Identifier: Apache-2.0
"""What FFmpeg's filters do to a picture and to sound on their way into a fitted video. Loads PyAV: see `videos`.

One picture in, one picture out: which of them stand at the steady rate is decided by `video_fit`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import av
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.video.frame import PictureType
from av.video.frame import VideoFrame as Decoded

from koodesk.backend.readers.video_source import Film, clockwise
from koodesk.domain.crop import Crop
from koodesk.domain.video_fit import FitPlan, SoundPlan, VideoCut

BT709: Final = 1
LIMITED: Final = 1
_UNSAID: Final = 2
_BT2020: Final = 9
_HDR: Final = (16, 18)
"""FFmpeg's numbers of matrices, ranges, primaries and transfer curves: PQ and HLG are the two of HDR."""

_HD_LINES: Final = 720
"""From so many lines on, a video that does not say its colours means BT.709, below BT.601."""

_TURNS: Final = {
    0: (),
    90: (("transpose", "clock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "cclock"),),
}


class Pictures:
    """Crops, scales and turns pictures to a plan's size in BT.709, eight bits; what is HDR is brought down to it."""

    def __init__(self, film: Film, size: tuple[int, int], cut: VideoCut, plan: FitPlan) -> None:
        self._film = film
        self._size = size
        self._cut = cut
        self._plan = plan
        self._graphs: dict[tuple[object, ...], Graph] = {}

    def fitted(self, frame: Decoded) -> Decoded:
        """Return one picture as it is encoded."""
        graph = self._graph(frame)
        frame.pts = 0
        graph.push(frame)
        made = graph.pull()
        assert isinstance(made, Decoded)
        # What a picture was in the source must not be what it is made in the result.
        made.pict_type = PictureType.NONE
        return made

    def _graph(self, frame: Decoded) -> Graph:
        # A file may change its pictures' size on the way; each size gets a way to the same result.
        look = (frame.width, frame.height, frame.format.name, int(frame.colorspace), int(frame.color_range))
        key = (*look, int(frame.color_trc), int(frame.color_primaries))
        if key not in self._graphs:
            self._graphs.clear()
            self._graphs[key] = self._build(frame, look)
        return self._graphs[key]

    def _build(self, frame: Decoded, look: tuple[int, int, str, int, int]) -> Graph:
        width, height, pixels, matrix, range_ = look
        turn = (clockwise(frame) + self._cut.rotate) % 360
        across, down = self._plan.width, self._plan.height
        if turn % 180:
            across, down = down, across
        steps = [*_scaling(frame, across, down), *_TURNS[turn], ("format", "yuv420p")]
        if self._cut.crop is not None:
            x, y, wide, high = self._stored(self._cut.crop, frame)
            steps.insert(0, ("crop", f"{wide}:{high}:{x}:{y}"))
        graph = Graph()
        graph.threads = 1  # it is the decoder and the encoder that take time
        source = f"video_size={width}x{height}:pix_fmt={pixels}:time_base=1/1000"
        if not pixels.startswith(("rgb", "bgr", "gbr", "pal")):
            source += f":colorspace={matrix}:range={range_}"
        chain = [graph.add("buffer", source)]
        chain += [graph.add(name, options) for name, options in steps]
        chain.append(graph.add("buffersink"))
        graph.link_nodes(*chain).configure()
        return graph

    def _stored(self, crop: Crop, frame: Decoded) -> tuple[int, int, int, int]:
        """Return a crop of the upright video in the pixels of a picture as it is stored: x, y, width, height."""
        wide, high = self._film.shown(frame)
        across, down = wide / self._size[0], high / self._size[1]
        x, y = crop.x * across, crop.y * down
        w, h = crop.width * across, crop.height * down
        match clockwise(frame):
            case 90:
                x, y, w, h = y, wide - x - w, h, w
            case 180:
                x, y = wide - x - w, high - y - h
            case 270:
                x, y, w, h = high - y - h, x, h, w
            case _:
                pass
        x, w = x / self._film.aspect, w / self._film.aspect
        left, top = min(max(0, round(x)), frame.width - 2), min(max(0, round(y)), frame.height - 2)
        return left, top, min(max(2, round(w)), frame.width - left), min(max(2, round(h)), frame.height - top)


def _scaling(frame: Decoded, across: int, down: int) -> list[tuple[str, str]]:
    """Return how to get to a size, and to BT.709 from what a picture says of its colours or most likely means."""
    size, exact = f"{across}:{down}:flags=bicubic", "accurate_rnd+full_chroma_int"
    into = "out_color_matrix=bt709:out_range=tv"
    if frame.color_trc in _HDR or frame.color_primaries == _BT2020:
        # Small first: every pixel of the second step takes long.
        return [("scale", size), ("scale", f"flags=bicubic:{into}:out_primaries=bt709:out_transfer=bt709")]
    if frame.colorspace != _UNSAID:
        return [("scale", f"{size}+{exact}:{into}")]
    meant = "bt709" if min(frame.width, frame.height) >= _HD_LINES else "smpte170m"
    return [("scale", f"{size}+{exact}:{into}:in_color_matrix={meant}")]


class Sound:
    """Brings sound to a plan's rate and channels: from the beginning of the cut, gaps filled, at most `samples` of it."""

    def __init__(self, plan: SoundPlan, samples: int) -> None:
        self._plan = plan
        self._samples = samples
        self._graph: Graph | None = None
        self._done = False

    def fitted(self, frame: AudioFrame | None, at: Fraction = Fraction(0)) -> Iterator[AudioFrame]:
        """Take sound that begins at so many seconds of the cut (None: there is no more), and yield what is ready."""
        if self._done or (frame is None and self._graph is None):
            return
        if frame is not None:
            if self._graph is None:
                self._graph = self._build(frame)
            frame.time_base = Fraction(1, frame.sample_rate)
            frame.pts = round(at * frame.sample_rate)
        assert self._graph is not None
        try:
            self._graph.push(frame)
            while True:
                made = self._graph.pull()
                assert isinstance(made, AudioFrame)
                yield made
        except av.BlockingIOError:
            pass  # it wants more
        except av.EOFError:
            self._done = True

    def _build(self, frame: AudioFrame) -> Graph:
        plan = self._plan
        channels = frame.layout.nb_channels
        layout = {1: "mono", 2: "stereo"}.get(channels, frame.layout.name)
        into = "mono" if plan.channels == 1 else "stereo"
        graph = Graph()
        source = (
            f"sample_rate={frame.sample_rate}:sample_fmt={frame.format.name}:channel_layout={layout}"
            f":time_base=1/{frame.sample_rate}"
        )
        steps = (
            ("abuffer", source),
            # The beginning is cut or filled to the sample; later gaps from 20 ms on.
            ("aresample", f"{plan.hz}:async=1:min_hard_comp=0.02:first_pts=0"),
            ("aformat", f"sample_fmts=fltp:sample_rates={plan.hz}:channel_layouts={into}"),
            ("atrim", f"end_sample={self._samples}"),
            ("abuffersink", ""),
        )
        graph.link_nodes(*(graph.add(name, options) for name, options in steps)).configure()
        return graph
