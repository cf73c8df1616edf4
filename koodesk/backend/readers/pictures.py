# SPDX-License-Identifier: Apache-2.0
"""The child's side of opening pictures: only PNG, JPEG and BMP by content, bounded in pixels, upright, written anew.

Writing the picture anew drops what hides in files: places, serial numbers, thumbnails of the uncropped picture, and
whatever was appended. 图像优化 is here as well: cut, scale, and search the quality that fits.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import (
    BmpImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
)

from koodesk.backend.readers import frames
from koodesk.domain.likeness import GRID, look_of
from koodesk.domain.material_rules import MAX_PIXELS, MAX_SIDE, SOURCE_LIMIT, THUMBNAIL_SIDE
from koodesk.domain.problem import Refused, problem

FORMATS: Final = ("PNG", "JPEG", "BMP")
"""The allow-list; Pillow's other readers are never asked, whatever the name says."""

_QUALITIES: Final = (95, 92, 90, 88, 85, 82, 80, 75, 70, 65, 60, 55, 50, 45, 40)
_IMPORT_QUALITY: Final = 95
_SMALLEST_SCALE: Final = 0.4

Upright = Image.Image  # decoded, turned upright, RGB or RGBA


def load() -> None:
    """Load the two plugins now, before the process closes its doors."""
    Image.preinit()
    # Our own limit is checked from the header, with a code; Pillow's warning would only be printed.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    assert JpegImagePlugin.JpegImageFile.format == "JPEG"
    assert PngImagePlugin.PngImageFile.format == "PNG"
    assert BmpImagePlugin.BmpImageFile.format == "BMP"


def serve(path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one picture and write it, then its thumbnail, then the result.

    Options: none for an import; for an optimisation `max_bytes`, `crop` [x, y, width, height] or None, `size`
    [width, height] or None.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused(problem("picture.empty"))
    if size > SOURCE_LIMIT:
        raise Refused(problem("picture.file_too_large", limit=SOURCE_LIMIT, actual=size))
    data = path.read_bytes()
    try:
        if "max_bytes" in options:
            box, target = options["crop"], options["size"]
            picture = _cut(data, tuple(box) if box else None, tuple(target) if target else None)
            content, media_type = fit(picture, int(options["max_bytes"]))
        else:
            picture, content, media_type = _imported(data)
        with Image.open(io.BytesIO(content), formats=FORMATS) as written:
            width, height = written.size
        small, seen = thumbnail(picture), look(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as failure:
        # Pillow says every one of these of a damaged file; which one tells a user nothing.
        raise Refused(problem("picture.damaged")) from failure
    frames.write_frame(pipe, frames.BYTES, content)
    frames.write_frame(pipe, frames.BYTES, small)
    frames.write_json(
        pipe,
        frames.RESULT,
        {"media_type": media_type, "width": width, "height": height, "source_size": size, "look": seen},
    )


def _format_of(data: bytes) -> str:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"BM"):  # the service account's forms offer it (facts 1.11); it is written as PNG
        return "BMP"
    raise Refused(problem("picture.format", allowed="PNG、JPEG、BMP"))


def _open(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=(_format_of(data),))
    width, height = picture.size
    # Before anything is decoded: the header alone says how much memory it would take.
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused(
            problem(
                "picture.too_many_pixels", width=width, height=height, limit=MAX_PIXELS, limit_side=MAX_SIDE
            )
        )
    return picture


def _imported(data: bytes) -> tuple[Upright, bytes, str]:
    """Decode a whole picture the way the camera was held, in RGB or RGBA and in sRGB's numbers, and write it anew."""
    picture = _open(data)
    picture.load()
    upright = _plain(ImageOps.exif_transpose(picture))
    if not isinstance(picture, JpegImagePlugin.JpegImageFile):
        return upright, _png(upright), "image/png"
    out = io.BytesIO()
    if picture.mode == "RGB":
        # The camera's own tables: a second rounding at the same step loses next to nothing, and the size stays.
        sampling = max(JpegImagePlugin.get_sampling(picture), 0)
        upright.save(out, "JPEG", qtables=picture.quantization, subsampling=sampling, optimize=True)
    else:
        upright.save(out, "JPEG", quality=_IMPORT_QUALITY, subsampling=0, optimize=True)
    return upright, out.getvalue(), "image/jpeg"


def _plain(picture: Image.Image) -> Upright:
    profile = picture.info.get("icc_profile")
    if picture.mode == "I;16":
        # Pillow clips 16-bit grey instead of scaling it.
        picture = picture.point(lambda value: value / 256).convert("L")
    transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    plain = picture.convert("RGBA" if transparent else "RGB")
    if profile and picture.mode in ("RGB", "RGBA"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"))
        except (ImageCms.PyCMSError, OSError):
            return plain  # a profile nobody can read changes nothing
        return turned or plain
    return plain


def _png(picture: Upright) -> bytes:
    out = io.BytesIO()
    _bare(picture).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _bare(picture: Upright) -> Upright:
    """Return the pixels without the notes Pillow would write along (text, profile, EXIF)."""
    bare = picture.copy()
    bare.info = {}
    return bare


def _cut(data: bytes, box: tuple[int, ...] | None, target: tuple[int, ...] | None) -> Upright:
    """Cut and scale in one pass; a large JPEG is decoded at a fraction of its size where that loses nothing."""
    picture = _open(data)
    width, height = picture.size
    left, top, wide, high = box or (0, 0, width, height)
    if wide <= 0 or high <= 0 or left < 0 or top < 0 or left + wide > width or top + high > height:
        raise Refused(problem("picture.crop_outside", "crop", width=width, height=height))
    new = target or (wide, high)
    if not (0 < new[0] <= MAX_SIDE and 0 < new[1] <= MAX_SIDE and new[0] * new[1] <= MAX_PIXELS):
        raise Refused(problem("picture.target_size", "size", limit=MAX_SIDE))
    if picture.format == "JPEG" and (new[0] < wide or new[1] < high):
        # What is stored is upright already, so the box needs no turning.
        picture.draft("RGB", (round(width * new[0] / wide), round(height * new[1] / high)))
    across, down = picture.size[0] / width, picture.size[1] / height
    part = (left * across, top * down, (left + wide) * across, (top + high) * down)
    plain = _plain(picture)
    if box is None and new == plain.size:
        return plain
    return plain.resize((new[0], new[1]), Image.Resampling.LANCZOS, box=part, reducing_gap=2.0)


def fit(picture: Upright, limit: int) -> tuple[bytes, str]:
    """Find the best quality that fits; only when none does, make the picture smaller.

    A picture with real transparency stays PNG, at fewer pixels where needed.
    """
    opaque = picture.mode == "RGB" or picture.getchannel("A").getextrema() == (255, 255)
    scale = 1.0
    while scale >= _SMALLEST_SCALE:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        scaled = picture if scale == 1.0 else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        content = _best_jpeg(scaled.convert("RGB"), limit) if opaque else _png(scaled)
        if content is not None and len(content) <= limit:
            return content, "image/jpeg" if opaque else "image/png"
        scale *= 0.8
    raise Refused(problem("picture.cannot_fit", limit=limit))


def _best_jpeg(picture: Upright, limit: int) -> bytes | None:
    """Search the qualities by halves: sizes fall with them."""
    low, high = 0, len(_QUALITIES) - 1
    best: bytes | None = None
    while low <= high:
        middle = (low + high) // 2
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=_QUALITIES[middle], optimize=True)
        if out.tell() <= limit:
            best = out.getvalue()
            high = middle - 1
        else:
            low = middle + 1
    return best


def thumbnail(picture: Upright) -> bytes:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _png(small)


def look(picture: Upright) -> str:
    """Return what near duplicates are found by (`domain.likeness`); what shows through a picture counts as white."""
    small = picture.copy()
    # In two steps: a small picture first, so that a huge one is not converted twice.
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    if small.mode == "RGBA":
        ground = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(ground, small)
    plain = small.convert("RGB")
    side = GRID + 1
    greys = plain.convert("L").resize((side, side), Image.Resampling.BOX).tobytes()
    red, green, blue = plain.resize((1, 1), Image.Resampling.BOX).tobytes()
    return look_of(tuple(greys), (red, green, blue))
