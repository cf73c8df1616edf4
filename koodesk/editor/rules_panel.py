# SPDX-License-Identifier: Apache-2.0
"""The written rules of the card's layout (操作规范): what the rule pack says, with date and sources, and what nobody published."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from koodesk.domain.rule_pack import Confidence, Fact, SafeArea, SlotKind, SlotSpec
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.form import Section, plain
from koodesk.editor.limits import vendor_list
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, named, tr
from koodesk.preview.safe_areas import CALM, NEEDED, NEEDED_LARGE


class RulesPanel(QDialog):
    """A page to read; opened with `open()` or `show()`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        layout = session.layout
        self.setWindowTitle(tr("操作规范"))
        self.resize(560, 640)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(plain(named(layout.name_zh, layout.name_en), "title"))
        column.addWidget(plain(named(layout.use_when_zh, layout.use_when_en), "second", wrap=True))
        column.addWidget(
            plain(tr("规则版本 {id}，日期 {date}", id=session.pack.id, date=session.pack.date), "hint")
        )
        column.addWidget(self._vendors())
        for spec in layout.slots:
            column.addWidget(self._slot(spec))
        column.addWidget(self._wording())
        column.addWidget(self._events())
        column.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        close = QPushButton(tr("关闭"), self)
        close.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 12)
        outer.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addStretch(1)
        foot.addWidget(close)
        outer.addLayout(foot)

    def _vendors(self) -> Section:
        section = Section(tr("厂商"), self)
        for vendor in Vendor:
            fact = self._session.layout.vendors.get(vendor)
            name = named(*self._session.pack.vendor_names[vendor])
            section.add(plain(f"{name}：{_yes_no(fact)}{_source(fact)}", wrap=True))
        return section

    def _slot(self, spec: SlotSpec) -> Section:
        section = Section(f"{spec.position}  {named(spec.name_zh, spec.name_en)}", self)
        words = [tr("必填") if spec.required else tr("选填")]
        if spec.event_required:
            words.append(tr("必须有点击事件"))
        if spec.kind is SlotKind.TEXT:
            words.append(tr("可以使用参数") if spec.params_allowed else tr("不能使用参数"))
        section.add(plain(" · ".join(words), "second", wrap=True))
        if spec.ratio is not None:
            section.add(
                plain(tr("图片比例 {width}:{height}", width=spec.ratio.width, height=spec.ratio.height))
            )
        names = self._session.pack.vendor_names
        for vendor, pixels in spec.min_pixels.items():
            if pixels.value is not None:
                width, height = pixels.value
                vendor_name = named(*names[vendor])
                text = tr("{vendor} 至少 {width}×{height}", vendor=vendor_name, width=width, height=height)
                section.add(plain(text + _source(pixels)))
        for vendor, limit in spec.limits.items():
            if limit.value is not None:
                text = tr(
                    "{vendor}：最多 {lines} 行、约 {chars} 字",
                    vendor=named(*names[vendor]),
                    lines=limit.value.lines,
                    chars=limit.value.chars,
                )
                section.add(plain(text + _source(limit)))
        for area in spec.safe_areas:
            self._add_area(section, area)
        silent = tuple(v for v, limit in spec.limits.items() if limit.value is None)
        if silent:
            text = tr(
                "{vendors} 未公布字数上限，预览中的截断为估计。", vendors=vendor_list(self._session, silent)
            )
            section.add(plain(text, "hint", wrap=True))
        return section

    def _add_area(self, section: Section, area: SafeArea) -> None:
        """Say where a safe area lies and what is measured in it."""
        where = tr(
            "高度 {top}%–{bottom}%：{name}",
            top=round(area.top * 100),
            bottom=round(area.bottom * 100),
            name=named(area.name_zh, area.name_en),
        )
        source = tr("（来源 {source}）", source=area.source) if area.source else ""
        section.add(plain(where + source, wrap=True))
        words = [tr("杂乱程度不超过 {limit}（Koodesk 自定的尺度）", limit=CALM[area.kind])]
        if area.kind == "plain":
            contrast = tr(
                "文字对比度至少 {least}，大字 {large}（WCAG 2.2）", least=NEEDED, large=NEEDED_LARGE
            )
            words.insert(0, contrast)
        section.add(plain(tr("检查：{rules}", rules=list_of(tuple(words))), "hint", wrap=True))

    def _wording(self) -> Section:
        section = Section(tr("文字"), self)
        for text in (
            tr("任何文字不能含 < > & 和连续空格。"),
            tr("营销内容的正文必须含“拒收请回复R”。"),
            tr("商用：任何一处都不能出现“测试”。"),
            tr("试商用：模板名称和主标题都要包含“测试”。"),
            tr("图片不超过 2 MB；红包版式只用于用户能真正领到红包或优惠的场景。"),
        ):
            section.add(plain(text, wrap=True))
        return section

    def _events(self) -> Section:
        section = Section(tr("点击事件"), self)
        for spec in self._session.pack.events.values():
            without = tuple(v for v, fact in spec.vendors.items() if fact.value is False)
            doubtful = tuple(
                v for v, f in spec.vendors.items() if f.value and f.confidence is Confidence.CONFLICT
            )
            words = named(spec.name_zh, spec.name_en) + tr("：")
            words += (
                tr("{vendors} 不支持", vendors=vendor_list(self._session, without))
                if without
                else tr("所有厂商支持")
            )
            if doubtful:
                words += tr("；{vendors} 存疑", vendors=vendor_list(self._session, doubtful))
            section.add(plain(words, wrap=True))
        return section


def _yes_no(fact: Fact[bool] | None) -> str:
    if fact is None or fact.value is None:
        return tr("未公布")
    return tr("支持") if fact.value else tr("不支持")


def _source(fact: Fact[bool] | Fact[tuple[int, int]] | Fact[object] | object) -> str:
    source = fact.source if isinstance(fact, Fact) else ""
    return tr("（来源 {source}）", source=source) if source else ""
