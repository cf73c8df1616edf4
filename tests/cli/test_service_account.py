# SPDX-License-Identifier: Apache-2.0
"""`koodesk service-account`: chapter 4 as a script runs it, and files that are none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.cli import main
from koodesk.cli.service_account_file import Files, read_account, read_shortcut
from koodesk.domain.problem import Refused
from koodesk.domain.service_account.values import ActionType
from tests.domain.service_account.samples import CHECKER, paper, picture
from tests.domain.test_company import GOOD

ACCOUNT = """
[profile]
name = "云消息服务"
industry = 1
abstract = "服务通知"
logo = "logo.png"
auto_port = false
papers = ["letter.png"]
[[menu]]
name = "热门生活"
[[menu.children]]
name = "精选推荐"
content = "https://www.huaweicloud.com"
web_title = "精选推荐"
[[menu]]
name = "客服"
action = "CALLING"
content = "0755-28780808"
[home]
background = "home.png"
summary = "记录美好生活"
[[home.hotlines]]
number = "950808"
usage = "客服"
"""
SHORTCUT = """
signature = "云消息服务"
regions = ["广东", "北京"]
papers = ["letter.png"]
[[buttons]]
name = "资料"
content = "https://www.huaweicloud.com"
web_title = "精选推荐"
"""


def test_a_file_becomes_values(tmp_path: Path) -> None:
    taken: list[str] = []

    def take(path: Path, rule: str) -> Any:
        taken.append(f"{path.name}:{rule}")
        return picture(240, 240)

    files, folder = Files(take, lambda _: paper()), tmp_path
    made = write(folder, ACCOUNT, lambda path: read_account(path, files, CHECKER.regions))
    assert (made.profile.name, made.profile.auto_port, made.profile.regions) == (
        "云消息服务",
        False,
        ("000000",),
    )
    assert [item.action.type for item in made.menu.items] == [ActionType.OPEN_SUBMENU, ActionType.CALLING]
    assert made.menu.items[0].children[0].action.type is ActionType.OPEN_URL
    assert taken == ["logo.png:logo", "home.png:background"]
    shortcut = write(folder, SHORTCUT, lambda path: read_shortcut(path, files, CHECKER.regions))
    assert shortcut.regions == ("110000", "440000")


def write(folder: Path, text: str, then: Any) -> Any:
    path = folder / "~sample.toml"
    path.write_text(text, "utf-8")
    try:
        return then(path)
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[profile", "sa.toml.unreadable"),
        ("", "data.key_missing"),
        ("[profile]\nnam = 'x'", "data.key_unknown"),
        ("[profile]\nindustry = 'x'", "data.wrong_type"),
        ("[profile]\nregions = ['火星']", "region.unknown"),
        ("[profile]\n[[menu]]\naction = 'DANCE'", "data.unknown_name"),
        ("[profile]\n[[menu]]\n[[menu.children]]\nname = 1", "data.wrong_type"),
        ("[profile]\n[home]\n[[home.hotlines]]\nusage = 'x'\nextra = 1", "data.key_unknown"),
        ("#" * 1_048_600, "sa.toml.too_large"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, code: str) -> None:
    files = Files(lambda _path, _rule: picture(240, 240), lambda _: paper())
    with pytest.raises(Refused) as refused:
        write(tmp_path, text, lambda path: read_account(path, files, CHECKER.regions))
    assert [p.code for p in refused.value.problems] == [code]
    with pytest.raises(Refused):
        read_account(tmp_path / "nowhere.toml", files, CHECKER.regions)


class Shell:
    """Runs the command on a workspace and reads its JSON."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.workspace = root / "workspace"
        self._capsys = capsys

    def run(self, *words: str, code: int = 0) -> dict[str, Any]:
        given = ["service-account", *words, "--workspace", str(self.workspace), "--json"]
        assert main(given) == code, self._capsys.readouterr()
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out or "{}")
        return found

    def days(self, days: int) -> None:
        with open_service(Workspace(self.workspace)) as service:
            service.engine.forward(days * 86_400)
            service.reviews.sync()


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    made = Shell(tmp_path, capsys)
    with open_service(Workspace(made.workspace)) as service:
        service.engine.ensure_running()
        service.account.open(agreed=True)
    yield made
    with open_service(Workspace(made.workspace)) as service:
        service.engine.stop()


@pytest.mark.slow
def test_chapter_four_as_a_script(shell: Shell) -> None:
    root = shell.root
    for name, size, colour in (
        ("logo", (400, 400), "#1F6FE0"),
        ("home", (1600, 900), "#2F9FDE"),
        ("letter", (300, 420), "#FFFDF8"),
        ("licence", (300, 400), "#FFFFFF"),
    ):
        Image.new("RGB", size, colour).save(root / f"{name}.png")
    company = "\n".join(f'{name} = "{value}"' for name, value in GOOD.to_json().items())
    (root / "filing.toml").write_text(
        f'[company]\n{company}\n[papers]\nlicence = "licence.png"\naim_authorization = "letter.png"\n',
        "utf-8",
    )
    (root / "account.toml").write_text(ACCOUNT, "utf-8")
    (root / "shortcut.toml").write_text(SHORTCUT, "utf-8")
    refused = shell.run("create", str(root / "account.toml"), code=1)
    assert refused["problems"][0]["code"] == "filing.needed_service_account"
    assert shell.run("file", str(root / "filing.toml"))["state"] == "waiting"
    shell.days(12)
    made = shell.run("create", str(root / "account.toml"), "--submit")
    assert [made[part]["approval"] for part in ("profile", "menu", "home")] == ["waiting"] * 3
    assert shell.run("urge", "云消息服务", "menu", code=1)["problems"][0]["code"] == "sa.urge.account_first"
    shell.days(10)
    (row,) = shell.run("list")["items"]
    assert [row[part]["life"] for part in ("profile", "menu", "home")] == ["in_effect"] * 3
    number = ("port", "1069023800121", "--signature", "云消息服务", "--paper", str(root / "letter.png"))
    assert shell.run(*number)["approval"] == "waiting"
    shell.run("shortcut", str(root / "shortcut.toml"))
    shell.days(5)
    bound = shell.run("bind", "1069023800121", "云消息服务", "--region", "广东")
    assert [one["regions"] for one in bound["bindings"]] == [["440000"]]
    south = shell.run("effect", "云消息服务", "--region", "广东省深圳市")
    assert (south["name"], south["shortcuts"], bool(south["menu"])) == ("云消息服务", ["资料"], True)
    north = shell.run("effect", "云消息服务", "--region", "北京")
    assert (north["account"], north["shortcuts"]) == (0, ["资料"])
    assert shell.run("delete-port", "1069023800121", code=1)["problems"][0]["code"] == "sa.port.bound"
    assert shell.run("freeze", "云消息服务", "--reason", "品牌更名")["profile"]["life"] == "frozen"
    assert shell.run("unfreeze", "云消息服务")["profile"]["approval"] == "waiting"
    assert shell.run("unbind", "1069023800121")["bindings"] == []
    assert shell.run("delete-port", "1069023800121") == {"deleted": "1069023800121"}
    assert shell.run("stop", str(shell.run("shortcuts")["items"][0]["id"]))["life"] == "expired"
