# SPDX-License-Identifier: Apache-2.0
"""What the sources of the shipped rules say against one another, in both languages: a pack has its notes in English only."""

from __future__ import annotations

from koodesk.ui.i18n import tr


def note_words(note: str) -> str:
    """Say a pack's note in the language in force where it is one of ours, else as the pack has it."""
    return _known().get(note, note)


def _known() -> dict[str, str]:
    return {
        "The layout pages say yes, the capability table says no.": tr("版式页说支持，能力表说不支持。"),
        "The layout table says yes, the capability table says no.": tr("版式表说支持，能力表说不支持。"),
        (
            "The SDK lists VIVO; the guide and the FAQ say HUAWEI phones only. "
            "High-end vivo series do not show red packets yet (hc)."
        ): tr(
            "官方 SDK 列出 VIVO；最佳实践和常见问题说只有华为手机。vivo 高端机型暂不显示红包（帮助中心）。"
        ),
        "An older page says HUAWEI only; the SDK's newer table lists this vendor.": tr(
            "较旧的页面说只有华为；官方 SDK 较新的表格列出这个厂商。"
        ),
        "An older page gives OPPO limits; the SDK's newer table has no notices for OPPO.": tr(
            "较旧的页面写了 OPPO 的限制；官方 SDK 较新的表格里 OPPO 没有通知类版式。"
        ),
        "The API's list of layouts and the note on sub_type have it; the table of vendors has no row.": tr(
            "接口的版式列表和 sub_type 的说明里有它；厂商表格里没有这一行。"
        ),
        "The SDK's list of layouts has it; the table of vendors has no row.": tr(
            "官方 SDK 的版式列表里有它；厂商表格里没有这一行。"
        ),
        "The SDK lists it for OPPO; the guide's table 2-8 does not.": tr(
            "官方 SDK 为 OPPO 列出了它；最佳实践的表 2-8 没有。"
        ),
        "One help page allows it for OPPO; the guide and the SDK do not.": tr(
            "有一个帮助页允许 OPPO 使用；最佳实践和官方 SDK 不允许。"
        ),
    }
