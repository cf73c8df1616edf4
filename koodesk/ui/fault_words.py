# SPDX-License-Identifier: Apache-2.0
"""A fault script in words: what each rule strikes, how much of it, and what happens then."""

from __future__ import annotations

from koodesk.domain.fault_script import Does, Fault, On
from koodesk.ui.i18n import tr


def script_word(file: str) -> str:
    """Return what a script is called: the words of a shipped one, the name of any other file."""
    return {
        "bad-day.toml": tr("云端不稳的一天"),
        "outage.toml": tr("中断 10 分钟"),
        "lost-answers.toml": tr("应答丢失"),
        "messy-receipts.toml": tr("回执混乱"),
        "refusals.toml": tr("部分号码被拒"),
    }.get(file, file or tr("故障脚本"))


def rule_line(fault: Fault) -> str:
    """Say one rule in a line."""
    parts = [_on(fault.on), _share(fault)]
    if fault.attempts:
        parts.append(
            tr("只在第 1 次尝试")
            if fault.attempts == 1
            else tr("只在前 {count} 次尝试", count=fault.attempts)
        )
    if fault.from_ms or fault.until_ms:
        parts.append(_span(fault))
    return tr("{whom}：{what}", whom=" · ".join(part for part in parts if part), what=_what(fault))


def span(ms: int) -> str:
    """Write a span in its largest whole unit."""
    for unit, word in (
        (86_400_000, tr("{n} 天")),
        (3_600_000, tr("{n} 小时")),
        (60_000, tr("{n} 分钟")),
        (1_000, tr("{n} 秒")),
    ):
        if ms >= unit and ms % unit == 0:
            return word.replace("{n}", f"{ms // unit:,}")
    return tr("{n} 毫秒").replace("{n}", f"{ms:,}")


def _on(on: On) -> str:
    return {
        On.SEND: tr("发送"),
        On.LOOK_UP: tr("查询结果"),
        On.RECEIPTS: tr("取回执"),
        On.SUBMIT: tr("提交审核"),
    }[on]


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _share(fault: Fault) -> str:
    return tr("每次") if fault.share >= 1 else tr("{share} 的请求", share=_percent(fault.share))


def _span(fault: Fault) -> str:
    if not fault.from_ms:
        return tr("生效后 {until}内", until=span(fault.until_ms))
    if not fault.until_ms:
        return tr("生效 {start} 以后", start=span(fault.from_ms))
    return tr("生效后 {start} 到 {until}", start=span(fault.from_ms), until=span(fault.until_ms))


def _what(fault: Fault) -> str:
    part, wait = _percent(fault.part), span(fault.wait_ms)
    if fault.does is Does.LEAVE_OUT and fault.on is On.RECEIPTS:
        return tr("{part} 的回执永远不来", part=part)
    return {
        Does.STATUS: tr("什么都没做，返回 HTTP {status}", status=fault.status),
        Does.RESET: tr("什么都没做，连接断开"),
        Does.HANG: tr("什么都没做，{wait}没有应答，然后断开", wait=wait),
        Does.REFUSE: tr("整批被拒绝（{code}）", code=fault.code),
        Does.UNKNOWN_KEY: tr("回答说不认识这一批"),
        Does.STATUS_AFTER: tr("已经做完，却返回 HTTP {status}", status=fault.status),
        Does.RESET_AFTER: tr("已经做完，应答之前连接断开"),
        Does.HANG_AFTER: tr("已经做完，{wait}没有应答，然后断开", wait=wait),
        Does.SLOW: tr("已经做完，应答在 {wait}内一点一点送到", wait=wait),
        Does.CUT: tr("已经做完，应答只到一半就断开"),
        Does.GARBLED: tr("已经做完，应答读不出来"),
        Does.EMPTY: tr("已经做完，应答里一个号码也没有"),
        Does.REFUSE_SOME: tr("{part} 的号码被拒绝（{code}），其余受理", part=part, code=fault.code),
        Does.LEAVE_OUT: tr("已经做完，应答漏掉 {part} 的号码", part=part),
        Does.FOREIGN: tr("已经做完，应答里多出没问过的号码"),
        Does.TWICE: tr("已经做完，应答里每一条都出现两次"),
        Does.SHUFFLED: tr("已经做完，应答的顺序被打乱"),
        Does.LATE: tr("{part} 的回执晚 {wait}才来", part=part, wait=wait),
        Does.AGAIN: tr("{part} 的回执过 {wait}再来一次", part=part, wait=wait),
    }[fault.does]
