# SPDX-License-Identifier: Apache-2.0
"""What a step of the history is called: "撤销：修改文字"."""

from __future__ import annotations

from koodesk.editor.words import tr


def step_name(code: str) -> str:
    """Return the words for an edit's code; a plain word for one without words of its own."""
    return {
        "set_text": tr("修改文字"),
        "set_picture": tr("更换图片"),
        "set_crop": tr("裁剪图片"),
        "set_background": tr("更换背景"),
        "set_event": tr("修改点击事件"),
        "set_name": tr("修改名称"),
        "set_use": tr("修改用途"),
        "set_vendors": tr("选择厂商"),
        "set_sub_type": tr("修改按钮样式"),
        "set_scene": tr("修改场景"),
        "set_sms_example": tr("修改短信示例"),
        "set_sms_signs": tr("修改短信签名"),
        "set_sms_template": tr("修改短信原文"),
        "add_param": tr("添加参数"),
        "rename_param": tr("重命名参数"),
        "set_param_example": tr("修改参数示例"),
        "remove_param": tr("删除参数"),
        "set_child": tr("修改第二段文字"),
        "set_visible": tr("显示或隐藏组件"),
        "set_currency": tr("显示或隐藏货币符号"),
        "set_moving": tr("修改按钮样式"),
        "set_video": tr("更换视频"),
        "set_ratio": tr("修改视频比例"),
        "insert_item": tr("添加一项"),
        "remove_item": tr("删除一项"),
        "move_item": tr("移动一项"),
        "insert_page": tr("添加一页"),
        "remove_page": tr("删除一页"),
        "move_page": tr("移动一页"),
        "set_style": tr("修改样式"),
        "change_layout": tr("更换版式"),
        "set_override": tr("修改厂商内容"),
        "clear_override": tr("恢复为主卡片内容"),
        "batch": tr("修改多处"),
    }.get(code, tr("修改"))
