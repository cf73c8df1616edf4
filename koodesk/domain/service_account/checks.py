# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a profile, a menu, a home page, a channel number or a shortcut, field by field (tables 4-5 to 4-9).

The desk asks while one edits and at the submission, the reviewer asks the same on the other side. Places: "name",
"menu:1/name", "menu:1.2/action.content", "hotline:1/number", "button:2/action.web_title", counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from koodesk.domain.papers import Paper
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.service_account.links import quick_app_problems, url_problems
from koodesk.domain.service_account.regions import Regions
from koodesk.domain.service_account.rules import ServiceAccountRules
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    Content,
    HomePage,
    Menu,
    MenuItem,
    Port,
    PortType,
    Profile,
    RecordKind,
    ServicePicture,
    Shortcut,
)

PHONE: Final = re.compile(r"[0-9]+-?[0-9]+")
"""A hot line's number [OAS], and what CALLING dials."""


class Checker:
    """Judges by one set of rules and regions."""

    def __init__(self, rules: ServiceAccountRules, regions: Regions) -> None:
        self.rules: Final = rules
        self.regions: Final = regions

    def check(self, content: Content) -> tuple[Problem, ...]:
        """Return everything wrong with a content, in the order of its form."""
        match content:
            case Profile():
                return self.profile(content)
            case Menu():
                return self.menu(content)
            case HomePage():
                return self.home(content)
            case Port():
                return self.port(content)
            case Shortcut():
                return self.shortcut(content)

    # --- profile (table 4-5) ---------------------------------------------------------------------------------

    def profile(self, one: Profile, others: Iterable[Profile] = ()) -> tuple[Problem, ...]:
        """Check a profile; `others` are the enterprise's other accounts: a name may repeat where remarks differ."""
        found = [*self._text("profile.name", one.name, "name", needed=True)]
        found += self._text("profile.remark", one.remark, "remark")
        same = [other for other in others if other.name == one.name and one.name]
        if same and not one.remark.strip():
            found.append(problem("sa.remark.needed", "remark", source="SDK", name=one.name))
        elif any(other.remark == one.remark for other in same):
            found.append(problem("sa.remark.same", "remark", source="SDK", name=one.name))
        if not 1 <= one.industry <= self.rules.limit("profile.industries").value:
            found.append(problem("sa.industry.missing", "industry", source="SDK"))
        found += self._text("profile.abstract", one.abstract, "abstract", needed=True)
        found += self._picture("logo", one.logo, "logo")
        if one.auto_port or one.signatures:
            found += self._signatures(one.signatures, "profile.signatures")
        found += self._regions(one.regions) if one.auto_port else ()
        return (*found, *self._papers("profile", one.papers, needed=True))

    def change_reason(self, kind: RecordKind, text: str) -> tuple[Problem, ...]:
        """Check why a profile, menu or home page that is in effect is changed (change_reason); the place is "change_reason"."""
        least = self.rules.limit(f"change_reason.{kind.value}_least")
        most = self.rules.limit(f"change_reason.{kind.value}_most")
        where = "change_reason"
        if not text:
            return (problem("sa.change_reason.missing", where, source=least.source),)
        if not least.value <= len(text) <= most.value:
            return (
                problem(
                    "sa.change_reason.length",
                    where,
                    source=most.source,
                    least=least.value,
                    most=most.value,
                    actual=len(text),
                ),
            )
        return tuple(unseen_characters(text, where, lines=True))

    # --- menu (table 4-6) ------------------------------------------------------------------------------------

    def menu(self, one: Menu) -> tuple[Problem, ...]:
        """Check a menu."""
        if not one.items:
            return (problem("sa.menu.empty", "menu", source="seed t4-6"),)
        found: list[Problem] = []
        most = self.rules.limit("menu.items")
        if len(one.items) > most.value:
            found.append(
                problem(
                    "sa.menu.too_many", "menu", source=most.source, limit=most.value, actual=len(one.items)
                )
            )
        taken: set[str] = set()
        for number, item in enumerate(one.items, 1):
            found += self._menu_item(item, f"menu:{number}", len(one.items), taken)
        return tuple(found)

    def _menu_item(self, item: MenuItem, where: str, count: int, taken: set[str]) -> list[Problem]:
        found = self._menu_name(item.name, f"{where}/name", self.rules.menu_name(count).value, taken)
        if item.action.type is not ActionType.OPEN_SUBMENU:
            if item.children:
                found.append(
                    problem("sa.menu.children_unused", f"{where}/action", source="SDK", name=item.name)
                )
            return [*found, *self.action(item.action, f"{where}/action")]
        most = self.rules.limit("menu.children")
        if not item.children:
            found.append(problem("sa.menu.no_children", where, source="SDK", name=item.name))
        if len(item.children) > most.value:
            found.append(
                problem(
                    "sa.menu.too_many_children",
                    where,
                    source=most.source,
                    name=item.name,
                    limit=most.value,
                    actual=len(item.children),
                )
            )
        below = where.replace("menu:", "menu:", 1)
        for number, child in enumerate(item.children, 1):
            place = f"{below}.{number}"
            found += self._menu_name(
                child.name, f"{place}/name", self.rules.limit("menu.child_name").value, taken
            )
            if child.action.type is ActionType.OPEN_SUBMENU or child.children:
                found.append(problem("sa.menu.nested", f"{place}/action", source="SDK", name=child.name))
            else:
                found += self.action(child.action, f"{place}/action")
        return found

    def _menu_name(self, name: str, where: str, most: int, taken: set[str]) -> list[Problem]:
        if not name.strip():
            return [problem("sa.menu.name_missing", where, source="seed t4-6")]
        found = list(unseen_characters(name, where))
        actual = self.rules.limit("menu.child_name").measure(name)
        if actual > most:
            found.append(problem("sa.menu.name_too_long", where, source="SDK", limit=most, actual=actual))
        if name in taken:
            found.append(problem("sa.menu.name_twice", where, source="SDK", name=name))
        taken.add(name)
        return found

    # --- actions ---------------------------------------------------------------------------------------------

    def action(self, one: Action, where: str) -> list[Problem]:
        """Check a tap's fields: which are asked for follows from its type."""
        at = f"{where}.content"
        found = self._field(one.content, at, "content", needed=True)
        match one.type:
            case ActionType.OPEN_URL:
                if not found:
                    found += url_problems(one.content, at)
                found += self._field(one.web_title, f"{where}.web_title", "web_title", needed=True)
            case ActionType.CALLING:
                if not found and not PHONE.fullmatch(one.content):
                    found.append(problem("sa.action.phone", at, source="OAS"))
                elif not found:
                    found += self._field(one.content, at, "phone")
            case ActionType.OPEN_APP:
                found += unseen_characters(one.content, at)
                for name, needed in (("package_name", True), ("app_id", False), ("service_name", True)):
                    value = str(getattr(one, name))
                    found += self._field(value, f"{where}.{name}", name, needed=needed)
                floor = self._field(one.floor_url, f"{where}.floor_url", "floor_url")
                found += floor or (url_problems(one.floor_url, f"{where}.floor_url") if one.floor_url else ())
            case ActionType.OPEN_QUICK:
                if not found:
                    found += quick_app_problems(one.content, at)
                for name in ("engine_version", "service_name"):
                    value = str(getattr(one, name))
                    found += self._field(value, f"{where}.{name}", name, needed=True)
            case ActionType.OPEN_SUBMENU:
                return [problem("sa.action.submenu", where, source="SDK")]
        return found

    def _field(self, text: str, where: str, name: str, *, needed: bool = False) -> list[Problem]:
        return self._text(f"action.{name}", text, where, needed=needed)

    # --- home page (table 4-7) -------------------------------------------------------------------------------

    def home(self, one: HomePage) -> tuple[Problem, ...]:
        """Check a home page."""
        found = [*self._picture("background", one.background, "background")]
        found += self._text("home.summary", one.summary, "summary", needed=True)
        found += self._count("home.hotlines", len(one.hotlines), "hotlines")
        for number, line in enumerate(one.hotlines, 1):
            at = f"hotline:{number}"
            wrong = self._text("home.hotline_number", line.number, f"{at}/number", needed=True)
            if not wrong and not PHONE.fullmatch(line.number):
                wrong.append(problem("sa.hotline.shape", f"{at}/number", source="OAS"))
            found += [*wrong, *self._text("home.hotline_usage", line.usage, f"{at}/usage", needed=True)]
        found += self._count("home.quick_apps", len(one.quick_apps), "quick_apps")
        for number, app in enumerate(one.quick_apps, 1):
            at = f"quick_app:{number}"
            wrong = self._text("home.quick_app_name", app.name, f"{at}/name", needed=True)
            if not wrong and re.search(r"[\s*-]", app.name):
                wrong.append(problem("sa.quick_app.name", f"{at}/name", source="OAS"))
            found += [*wrong, *self._picture("quick_app", app.logo, f"{at}/logo")]
            found += self._text(
                "home.quick_app_description", app.description, f"{at}/description", needed=True
            )
            wrong = self._text("home.quick_app_link", app.link, f"{at}/link", needed=True)
            found += wrong or quick_app_problems(app.link, f"{at}/link")
            found += self._text(
                "home.quick_app_engine", app.engine_version, f"{at}/engine_version", needed=True
            )
        return tuple(found)

    # --- channel number (table 4-8) --------------------------------------------------------------------------

    def port(self, one: Port) -> tuple[Problem, ...]:
        """Check a channel number."""
        found: list[Problem] = []
        suffix, most = self.rules.limit("port.suffix"), self.rules.limit("port.number")
        if not one.number:
            found.append(problem("sa.port.number_missing", "number", source="seed t4-8"))
        elif not re.fullmatch(r"[0-9]+", one.number):
            found.append(problem("sa.port.digits", "number", source="SDK"))
        elif one.type is PortType.SUFFIX and len(one.number) != suffix.value:
            found.append(
                problem(
                    "sa.port.suffix_length",
                    "number",
                    source="SDK",
                    limit=suffix.value,
                    actual=len(one.number),
                )
            )
        elif one.type is not PortType.SUFFIX and len(one.number) > most.value:
            found.append(
                problem("sa.port.too_long", "number", source="SDK", limit=most.value, actual=len(one.number))
            )
        if one.type is not PortType.ORDINARY and not one.sign_check:
            found.append(problem("sa.port.sign_check", "sign_check", source="SDK"))
        found += self._signatures(one.signatures, "port.signatures")
        return (*found, *self._papers("port", one.papers, needed=True))

    # --- shortcut (table 4-9) --------------------------------------------------------------------------------

    def shortcut(self, one: Shortcut) -> tuple[Problem, ...]:
        """Check a shortcut. How many buttons there may be and how long their names: nobody published, so it warns."""
        found = list(self._signature(one.signature, "signature"))
        found += self._papers("shortcut", one.papers, needed=True)
        found += self._regions(one.regions)
        if not one.buttons:
            found.append(problem("sa.shortcut.no_buttons", "buttons", source="seed t4-9"))
        usual = self.rules.limit("shortcut.buttons")
        if len(one.buttons) > usual.value:
            found.append(
                problem(
                    "sa.shortcut.many_buttons",
                    "buttons",
                    severity=Severity.WARNING,
                    source=usual.source,
                    limit=usual.value,
                    actual=len(one.buttons),
                )
            )
        taken: set[str] = set()
        for number, button in enumerate(one.buttons, 1):
            at = f"button:{number}"
            found += self._text("shortcut.button_name", button.name, f"{at}/name", needed=True)
            if button.name and button.name in taken:
                found.append(
                    problem("sa.shortcut.name_twice", f"{at}/name", source="Koodesk", name=button.name)
                )
            taken.add(button.name)
            found += self.action(button.action, f"{at}/action")
            found += self._text("shortcut.link_info", button.link_info, f"{at}/link_info")
        return tuple(found)

    # --- what they share -------------------------------------------------------------------------------------

    def _text(self, limit: str, text: str, where: str, *, needed: bool = False) -> list[Problem]:
        known = self.rules.limit(limit)
        if not text.strip():
            return [problem("sa.field.missing", where, source=known.source)] if needed else []
        found = list(unseen_characters(text, where, lines=limit in ("profile.abstract", "home.summary")))
        actual = known.measure(text)
        if actual <= known.value:
            return found
        if known.severity is Severity.WARNING:
            found.append(
                problem(
                    "sa.field.unusually_long",
                    where,
                    severity=Severity.WARNING,
                    source=known.source,
                    limit=known.value,
                    actual=actual,
                )
            )
        elif known.half:
            found.append(
                problem("sa.field.too_wide", where, source=known.source, limit=known.value, actual=actual)
            )
        else:
            found.append(
                problem("sa.field.too_long", where, source=known.source, limit=known.value, actual=actual)
            )
        return found

    def _count(self, limit: str, actual: int, where: str) -> list[Problem]:
        known = self.rules.limit(limit)
        if actual <= known.value:
            return []
        return [problem("sa.list.too_many", where, source=known.source, limit=known.value, actual=actual)]

    def _signature(self, name: str, where: str) -> tuple[Problem, ...]:
        least, most = self.rules.limit("signature.least"), self.rules.limit("signature.most")
        if not name.strip():
            return (problem("sa.signature.missing", where, source=least.source),)
        if re.search(r"[【】\[\]]", name) or name != name.strip():
            return (problem("sa.signature.brackets", where, source=least.source, name=name),)
        if not least.value <= len(name) <= most.value:
            return (
                problem(
                    "sa.signature.length",
                    where,
                    source=least.source,
                    name=name,
                    least=least.value,
                    limit=most.value,
                    actual=len(name),
                ),
            )
        return unseen_characters(name, where)

    def _signatures(self, names: Sequence[str], limit: str) -> list[Problem]:
        if not names:
            return [problem("sa.signature.missing", "signatures", source="SDK")]
        found = self._count(limit, len(names), "signatures")
        for name in names:
            found += self._signature(name, "signatures")
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice is not None:
            found.append(problem("sa.signature.twice", "signatures", source="SDK", name=twice))
        return found

    def _regions(self, choice: Sequence[str]) -> list[Problem]:
        if not choice:
            return [problem("sa.regions.missing", "regions", source="seed t4-9")]
        return [
            problem("region.unknown", "regions", source="GB/T 2260", region=code[:20])
            for code in choice
            if not self.regions.known(code)
        ]

    def _papers(self, kind: str, papers: Sequence[Paper], *, needed: bool) -> list[Problem]:
        rule = self.rules.papers[kind]
        source = rule.each.source
        if not papers:
            return [problem("sa.papers.missing", "papers", source=source)] if needed else []
        found: list[Problem] = []
        if len(papers) > rule.most:
            found.append(
                problem("sa.papers.too_many", "papers", source=source, limit=rule.most, actual=len(papers))
            )
        total = sum(paper.size for paper in papers)
        if total > rule.total_bytes:
            found.append(
                problem("sa.papers.too_big", "papers", source=source, limit=rule.total_bytes, actual=total)
            )
        allowed = ", ".join(rule.each.types)
        found += [
            problem("paper.type", "papers", source=source, file=paper.name, allowed=allowed)
            for paper in papers
            if paper.type not in rule.each.types
        ]
        return found

    def _picture(self, name: str, picture: ServicePicture | None, where: str) -> list[Problem]:
        rule = self.rules.pictures[name]
        if picture is None:
            return [problem("sa.picture.missing", where, source=rule.source)]
        found: list[Problem] = []
        wide, high = rule.ratio
        if not rule.fits(picture.width, picture.height):
            found.append(
                problem(
                    "sa.picture.ratio",
                    where,
                    source=rule.source,
                    ratio=f"{wide}:{high}",
                    width=picture.width,
                    height=picture.height,
                )
            )
        if picture.width < rule.least[0] or picture.height < rule.least[1]:
            found.append(
                problem(
                    "sa.picture.small",
                    where,
                    source=rule.source,
                    least_width=rule.least[0],
                    least_height=rule.least[1],
                    width=picture.width,
                    height=picture.height,
                )
            )
        if picture.size > rule.max_bytes:
            found.append(
                problem(
                    "sa.picture.too_big", where, source=rule.source, limit=rule.max_bytes, actual=picture.size
                )
            )
        if picture.type not in ("png", "jpg"):
            found.append(problem("sa.picture.type", where, source=rule.source))
        return found
