# SPDX-License-Identifier: Apache-2.0
"""The TOML files of `koodesk service-account`: a filing, an account with menu and home page, a shortcut.

Files of pictures and letters are named relative to the TOML file. Unknown keys are refused with their names; what is left
out stays empty, for the checks to say so.

    [profile]                        [[menu]]                         [home]
    name = "云消息服务"                name = "热门生活"                 background = "home.png"
    industry = 1                     [[menu.children]]                summary = "..."
    abstract = "..."                 name = "精选推荐"                 [[home.hotlines]]
    logo = "logo.png"                action = "OPEN_URL"              number = "0755-28780808"
    signatures = ["云消息服务"]        content = "https://..."          usage = "官方客服"
    regions = ["全国"]               web_title = "精选推荐"
    papers = ["letter.png"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from koodesk.domain.company import CompanyData
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_account.regions import NATIONWIDE, Choice, Regions
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    HomePage,
    Hotline,
    Menu,
    MenuItem,
    Profile,
    QuickApp,
    ServicePicture,
    Shortcut,
    ShortcutButton,
)
from koodesk.domain.strict_table import Table

LARGEST: Final = 1_048_576
MOST: Final = 64
REGIONS: Final = 600

_ACTIONS: Final = {one.value: one for one in ActionType}
_TEXTS: Final = (
    "content",
    "web_title",
    "package_name",
    "app_id",
    "floor_url",
    "service_name",
    "engine_version",
)


class Files(NamedTuple):
    """How files that are named become values: a picture by its rule ("logo", "background", "quick_app"), and a paper."""

    picture: Callable[[Path, str], ServicePicture]
    paper: Callable[[Path], Paper]


class AccountFile(NamedTuple):
    """An account as a file has it."""

    profile: Profile
    menu: Menu
    home: HomePage


def read_table(path: Path) -> Table:
    """Read a TOML file. Raises Refused: sa.toml.unreadable, sa.toml.too_large."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(problem("sa.toml.too_large", file=path.name, limit=LARGEST))
        return Table(tomllib.loads(path.read_text("utf-8")), path.name)
    except (OSError, ValueError) as failure:  # a TOML error is a ValueError
        raise Refused(problem("sa.toml.unreadable", file=path.name, detail=str(failure)[:200])) from failure


def read_filing(path: Path) -> tuple[CompanyData, list[tuple[str, Path]]]:
    """Read a filing: the table `company`, and `papers` as paper id -> file or files."""
    table = read_table(path)
    company = table.table("company")
    data = CompanyData(**{name: company.text(name, "") for name in CompanyData().to_json()})
    company.close()
    papers = table.table("papers")
    found = [(name, path.parent / papers.text(name)) for name in papers.names()]
    papers.close()
    table.close()
    return data, found


def read_account(path: Path, files: Files, regions: Regions) -> AccountFile:
    """Read an account. Raises Refused: sa.toml.*, data.*, region.*, and what taking the files refuses."""
    table = read_table(path)
    one = table.table("profile")
    profile = Profile(
        name=one.text("name", ""),
        remark=one.text("remark", ""),
        industry=one.integer("industry", 0, 1000, 0),
        abstract=one.text("abstract", ""),
        logo=_picture(one, "logo", "logo", path, files),
        auto_port=one.boolean("auto_port") if one.has("auto_port") else True,
        signatures=one.texts("signatures", MOST, optional=True),
        regions=_regions(one, regions),
        papers=_papers(one, path, files),
    )
    one.close()
    menu = Menu(tuple(_item(item) for item in table.tables("menu", MOST, optional=True)))
    home = HomePage()
    found = table.table_or_none("home")
    if found is not None:
        home = _home(found, path, files)
    table.close()
    return AccountFile(profile, menu, home)


def read_shortcut(path: Path, files: Files, regions: Regions) -> Shortcut:
    """Read a shortcut. Raises Refused as `read_account`."""
    table = read_table(path)
    buttons = []
    for one in table.tables("buttons", MOST, optional=True):
        buttons.append(ShortcutButton(one.text("name", ""), _action(one), one.text("link_info", "")))
        one.close()
    made = Shortcut(
        table.text("signature", ""), _regions(table, regions), tuple(buttons), _papers(table, path, files)
    )
    table.close()
    return made


def region_choice(names: tuple[str, ...], regions: Regions) -> Choice:
    """Return a choice by names or codes; nationwide where none is named. Raises Refused("region.*")."""
    return regions.normalise(regions.by_name(name) for name in names) if names else (NATIONWIDE,)


def _regions(table: Table, regions: Regions) -> Choice:
    return region_choice(table.texts("regions", REGIONS, optional=True), regions)


def _papers(table: Table, path: Path, files: Files) -> tuple[Paper, ...]:
    return tuple(files.paper(path.parent / name) for name in table.texts("papers", MOST, optional=True))


def _picture(table: Table, name: str, rule: str, path: Path, files: Files) -> ServicePicture | None:
    file = table.text(name, "")
    return files.picture(path.parent / file, rule) if file else None


def _item(table: Table) -> MenuItem:
    children = tuple(_item(child) for child in table.tables("children", MOST, optional=True))
    action = Action(ActionType.OPEN_SUBMENU) if children and not table.has("action") else _action(table)
    made = MenuItem(table.text("name", ""), action, children)
    table.close()
    return made


def _action(table: Table) -> Action:
    texts = {name: table.text(name, "") for name in _TEXTS}
    kind = table.one_of("action", _ACTIONS) if table.has("action") else ActionType.OPEN_URL
    return Action(kind, in_browser=table.boolean("in_browser") if table.has("in_browser") else False, **texts)


def _home(table: Table, path: Path, files: Files) -> HomePage:
    hotlines, apps = [], []
    for one in table.tables("hotlines", MOST, optional=True):
        hotlines.append(Hotline(one.text("number", ""), one.text("usage", "")))
        one.close()
    for one in table.tables("quick_apps", MOST, optional=True):
        apps.append(
            QuickApp(
                one.text("name", ""),
                _picture(one, "logo", "quick_app", path, files),
                one.text("description", ""),
                one.text("link", ""),
                one.text("engine_version", ""),
            )
        )
        one.close()
    made = HomePage(
        _picture(table, "background", "background", path, files),
        table.text("summary", ""),
        tuple(hotlines),
        tuple(apps),
    )
    table.close()
    return made
