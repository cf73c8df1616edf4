# SPDX-License-Identifier: Apache-2.0
"""Write docs/guide-coverage.md: every item of the guide, the page and widget it is done with, and the test that shows it.

docs/guide/structure.toml counts what the guide has, docs/guide/coverage.toml says where each of it is. `--check` writes
nothing and ends 1 when the document is not what the data say. Tests hold the data against the program itself.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "docs" / "guide"
DOCUMENT: Final = ROOT / "docs" / "guide-coverage.md"
COLUMNS: Final = "| {} | {} | {} | {} |"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is done: a page ("editor/RedPacket" is one on a card of that layout), what opens the place, a widget."""

    page: str
    opener: str
    widget: str

    @property
    def page_id(self) -> str:
        """The page without what it is opened on."""
        return self.page.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Item:
    """One step, row, field, note or claim. `pending` names the topic it waits for; its place and test are empty then."""

    section: str
    kind: str
    name: str
    place: Place | None
    test: str
    pending: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide's title, version and date, how many items each (section, kind) has, and the items."""

    title: str
    version: str
    date: str
    counts: Mapping[tuple[str, str], int]
    items: tuple[Item, ...]

    @property
    def pending(self) -> tuple[Item, ...]:
        """What is still to come."""
        return tuple(item for item in self.items if item.pending)


def place_of(text: str) -> Place:
    """Read "page: widget" or "page: opener > widget". Raises ValueError for anything else."""
    page, colon, rest = text.partition(": ")
    opener, _, widget = rest.rpartition(" > ")
    if not (page and colon and widget):
        raise ValueError(f"no place: {text}")
    return Place(page, opener, widget)


def items_of(data: Mapping[str, Any]) -> Iterator[Item]:
    """Read the parts: each item once for every place its section stands at."""
    aliases: Mapping[str, str] = data["tests"]
    for part in data["part"]:
        for at in part["at"]:
            section, _, kind = at.rpartition(" / ")
            for name, where, *own in part["items"]:
                if where.startswith("?"):
                    yield Item(section, kind, name, None, "", where[1:])
                    continue
                test = own[0] if own else part["test"]
                yield Item(section, kind, name, place_of(where), aliases.get(test, test))


def read(folder: Path = FOLDER) -> Guide:
    """Read both files."""
    structure = tomllib.loads((folder / "structure.toml").read_text("utf-8"))
    data = tomllib.loads((folder / "coverage.toml").read_text("utf-8"))
    about = structure["guide"]
    counts = {
        (section, kind): number
        for section, kinds in structure["counts"].items()
        for kind, number in kinds.items()
    }
    return Guide(about["title"], about["version"], about["date"], counts, tuple(items_of(data)))


def miscounted(guide: Guide) -> list[str]:
    """Return where the items are not as many as the guide has, or stand where it has nothing."""
    found: dict[tuple[str, str], int] = dict.fromkeys(guide.counts, 0)
    for item in guide.items:
        key = (item.section, item.kind)
        found[key] = found.get(key, 0) + 1
    return [
        f"{section} / {kind}: {number} of {guide.counts.get((section, kind), 0)}"
        for (section, kind), number in found.items()
        if number != guide.counts.get((section, kind), 0)
    ]


@cache
def tests_in(path: Path) -> frozenset[str]:
    """Return the names of a file's tests, those of its classes as "Class::name"."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)
            }
    return frozenset(name for name in names if name.rpartition("::")[2].startswith("test_"))


def missing_tests(guide: Guide, root: Path = ROOT) -> list[str]:
    """Return the items whose test is none: no such file, or no test of that name in it."""
    wrong = []
    for item in guide.items:
        if item.pending:
            continue
        path, _, name = item.test.partition("::")
        if not (name and (root / path).is_file() and name in tests_in(root / path)):
            wrong.append(f"{item.section} / {item.kind} / {item.name}: {item.test}")
    return wrong


def render(guide: Guide, names: Mapping[str, str]) -> str:
    """Return the document. `names` are the pages' names by id."""
    done = len(guide.items) - len(guide.pending)
    lines = [
        "# The guide, item by item",
        "",
        (
            f"Generated by `scripts/make_guide_coverage.py` from `docs/guide/`; the guide is 《{guide.title}》, version "
            f"{guide.version} of {guide.date}. Names are ours; the guide's own words are not repeated here. A test fails when an item is"
        ),
        "missing, when its page or widget is not in the window, or when its test does not exist.",
        "",
        f"**{len(guide.items)} items: {done} done, {len(guide.pending)} open.**",
    ]
    if guide.pending:
        topics = sorted({item.pending for item in guide.pending})
        lines += ["", "## Open", ""]
        lines += [
            f"- {topic}: {sum(item.pending == topic for item in guide.pending)} items" for topic in topics
        ]
    section = ""
    for item in guide.items:
        if item.section != section:
            section = item.section
            lines += [
                "",
                f"## {section}",
                "",
                COLUMNS.format("item", "page", "widget", "test"),
                "| --- | --- | --- | --- |",
            ]
        what = f"{item.kind} {item.name}"
        if item.place is None:
            lines.append(COLUMNS.format(what, "open", f"({item.pending})", ""))
            continue
        page = names.get(item.place.page_id, item.place.page_id)
        widget = f"{item.place.opener} > {item.place.widget}" if item.place.opener else item.place.widget
        path, _, name = item.test.partition("::")
        test = f"[{name}](../{path})"
        lines.append(COLUMNS.format(what, page, f"`{item.place.page}: {widget}`", test))
    return "\n".join(lines) + "\n"


def page_names() -> dict[str, str]:
    """Return the pages' names by id; those that are not in the rail have the name of the page they stand under."""
    sys.path.insert(0, str(ROOT))
    from koodesk.ui.main_window import UNDER
    from koodesk.ui.navigation import AREAS

    names = {entry.page_id: entry.name for area in AREAS for entry in area.pages}
    return names | {page: names[above] for page, above in UNDER.items()}


def main() -> int:
    """Write the document, or check it."""
    parser = argparse.ArgumentParser(description="Write docs/guide-coverage.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; end 1 when it is not up to date")
    options = parser.parse_args()
    guide = read()
    text = render(guide, page_names())
    print(f"{len(guide.items)} items, {len(guide.pending)} open")
    if options.check:
        return int(not DOCUMENT.is_file() or DOCUMENT.read_text("utf-8") != text)
    DOCUMENT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
