# SPDX-License-Identifier: Apache-2.0
"""What the review desk reads of a service account: every field of every form, and something for what nobody can read."""

from __future__ import annotations

import pytest

from koodesk.domain.service_account.codec import encode
from koodesk.domain.service_account.values import Content, RecordKind
from koodesk.ui.pages.review_detail import facts_of
from tests.domain.service_account.samples import HOME, MENU, PORT, PROFILE, SHORTCUT, SIGN

pytestmark = pytest.mark.gui

CASES: dict[RecordKind, tuple[Content, tuple[str, ...]]] = {
    RecordKind.PROFILE: (PROFILE, (PROFILE.name, PROFILE.remark, "金融理财", PROFILE.abstract, "240×240", SIGN, "全国", "授权书.png")),
    RecordKind.MENU: (MENU, ("热门生活", "精选推荐", "https://www.huaweicloud.com", "拨打电话", "hwid://app/main", "hap://app/")),
    RecordKind.HOME: (HOME, ("1440×810", HOME.summary, "0755-28780808", "官方客服", "云购", "hap://app/com.huawei.demo")),
    RecordKind.PORT: (PORT, ("普通号段", PORT.number, SIGN, "授权书.png", "是")),
    RecordKind.SHORTCUT: (SHORTCUT, (SIGN, "广东省", "资料", "打开URL：https://www.huaweicloud.com")),
}  # fmt: skip


@pytest.mark.parametrize("kind", RecordKind)
def test_every_field_is_read(look: None, kind: RecordKind) -> None:
    content, words = CASES[kind]
    facts = facts_of(kind.value, {"name": "x", "content": encode(content), "account": "", "resumed": 0})
    said = "\n".join(f"{name} {value}" for name, value in facts)
    for word in words:
        assert word in said, word


@pytest.mark.parametrize("kind", RecordKind)
@pytest.mark.parametrize("content", [None, [], {"format": 9}])
def test_what_nobody_can_read_shows_itself(look: None, kind: RecordKind, content: object) -> None:
    assert facts_of(kind.value, {"content": content}) == [("内容", str(content))]


def test_the_reviewer_reads_first_why_it_changes(look: None) -> None:
    content, _ = CASES[RecordKind.MENU]
    body = {"content": encode(content), "change_reason": "菜单只留一项"}
    assert facts_of("sa_menu", body)[0] == ("变更原因", "菜单只留一项")
