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
        "batch": tr("修改多处"),
    }.get(code, tr("修改"))
