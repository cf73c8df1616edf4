# SPDX-License-Identifier: Apache-2.0
"""Cut the bundled Chinese font out of the Noto Sans SC variable font.

Koodesk ships one font, so that Chinese text looks the same on every machine. This script makes it again from a
package of the registry: it takes the variable font out of the wheel, keeps the characters listed in
`wanted_characters`, makes one static instance a weight, and writes them with OFL.txt and `SHA256SUMS` into
resources/fonts/. The same versions of the package and of fontTools give the same bytes.

A static instance a weight, and not the variable font: Qt draws the variable one Thin on Linux.

Run it with `make fonts`; it needs the development packages and the package registry.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGE = "justmytype-intl-cjk==0.1.0"
MEMBER = "justmytype_intl_cjk/fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
LICENCE_MEMBER = "justmytype_intl_cjk/fonts/ofl/notosanssc/OFL.txt"
SOURCE_SHA256 = "a3041811a78c361b1de50f953c805e0244951c21c5bd412f7232ef0d899af0da"

FAMILY = "Noto Sans SC"
OUT = Path(__file__).resolve().parent.parent / "resources" / "fonts"

# 2024-01-01T00:00:00Z in the font's own epoch (seconds since 1904), so that a second run gives the same bytes.
FIXED_TIME = 3_786_912_000

# Blocks that card and window texts use beside GBK. Only what the source has is kept.
BLOCKS = (
    range(0x0020, 0x007F),  # ASCII
    range(0x00A0, 0x0180),  # Latin-1 and Latin Extended-A
    range(0x02B0, 0x0300),  # spacing modifiers: tone marks
    range(0x2000, 0x2070),  # general punctuation
    range(0x20A0, 0x20C0),  # currency
    range(0x2100, 0x2600),  # letter-like, numbers, arrows, mathematics, technical, enclosed, boxes, shapes
    range(0x2600, 0x27C0),  # symbols and dingbats
    range(0x3000, 0x3100),  # CJK punctuation and kana
    range(0x3200, 0x3400),  # enclosed CJK and units
    range(0xFE30, 0xFE50),  # vertical and compatibility forms
    range(0xFF00, 0xFFF0),  # full-width forms
)
# In names, accepted by today's registers, and not in GBK.
NAME_CHARACTERS = "䶮㛃䜣"

FEATURES = ["ccmp", "kern", "liga", "mark", "mkmk"]


@dataclass(frozen=True, slots=True)
class Weight:
    """One static font to make: its style name as the name table says it, and its place on the `wght` axis."""

    style: str
    value: int


WEIGHTS = (Weight("Regular", 400), Weight("Bold", 700))


def gbk_characters() -> frozenset[str]:
    """Every character that two bytes of GBK can say."""
    found: set[str] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            found.update(bytes((lead, trail)).decode("gbk", errors="ignore"))
    return frozenset(char for char in found if unicodedata.category(char) != "Co" and ord(char) >= 0x80)


def wanted_characters() -> frozenset[int]:
    """The code points the fonts are cut to."""
    wanted = {ord(char) for char in gbk_characters()}
    wanted.update(ord(char) for char in NAME_CHARACTERS)
    for block in BLOCKS:
        wanted.update(block)
    return frozenset(wanted)


def fetch(folder: Path) -> tuple[Path, bytes]:
    """Unpack the package into `folder`; return the path of the variable font and the licence text."""
    uv = shutil.which("uv")
    installer = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    subprocess.run(
        [*installer, "install", "--quiet", "--no-deps", "--target", str(folder), PACKAGE], check=True
    )
    font = folder / MEMBER
    digest = hashlib.sha256(font.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        raise SystemExit(f"{MEMBER} has the digest {digest}, expected {SOURCE_SHA256}: nothing was written")
    return font, (folder / LICENCE_MEMBER).read_bytes()


def cut(source: Path) -> TTFont:
    """The variable font with only the wanted characters in it."""
    options = subset.Options()
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    options.hinting = True
    options.recalc_timestamp = False
    options.drop_tables += ["BASE", "vhea", "vmtx", "VVAR", "VORG"]  # only vertical text needs them
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted_characters())
    cutter.subset(font)
    return font


def instance(cut_source: Path, weight: Weight) -> TTFont:
    """One static font, with names that Regular and Bold of one family must have."""
    font = TTFont(cut_source, recalcTimestamp=False)
    static = instancer.instantiateVariableFont(font, {"wght": weight.value}, inplace=True, static=True)
    names = static["name"]
    postscript = f"{FAMILY.replace(' ', '')}-{weight.style}"
    full = FAMILY if weight.style == "Regular" else f"{FAMILY} {weight.style}"
    for number in (16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    for number, text in (
        (1, FAMILY),
        (2, weight.style),
        (3, f"2.004;koodesk;{postscript}"),
        (4, full),
        (6, postscript),
    ):
        names.setName(text, number, 3, 1, 0x409)
    names.names = [record for record in names.names if record.nameID < 256]
    if "STAT" in static:
        del static["STAT"]  # its names went with the axes
    bold = weight.style == "Bold"
    static["OS/2"].usWeightClass = weight.value
    static["OS/2"].fsSelection = static["OS/2"].fsSelection & ~0b110_0001 | (
        0b10_0000 if bold else 0b100_0000
    )
    static["head"].macStyle = 1 if bold else 0
    static["head"].created = static["head"].modified = FIXED_TIME
    return static


def make(out: Path) -> None:
    """Make both fonts, their licence and their digests in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, licence = fetch(folder)
        cut_source = folder / "cut.ttf"
        cut(source).save(cut_source)
        sums: list[str] = []
        for weight in WEIGHTS:
            path = out / f"{FAMILY.replace(' ', '')}-{weight.style}.ttf"
            instance(cut_source, weight).save(path)
            sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
            print(f"{path.name}: {path.stat().st_size:,} bytes")
        (out / "OFL.txt").write_bytes(licence)
        (out / "SHA256SUMS").write_text("".join(sums), encoding="ascii")


def main() -> None:
    """Command line: where to write."""
    parser = argparse.ArgumentParser(description="Make the bundled fonts again.")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to (default: resources/fonts)")
    make(parser.parse_args().out)


if __name__ == "__main__":
    main()
