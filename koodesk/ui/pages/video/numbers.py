# SPDX-License-Identifier: Apache-2.0
"""手机号码 of a video SMS: which carriers the numbers are of, and whether China Mobile's share is what the package asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from koodesk.domain.carrier import Carrier
from koodesk.domain.recipient import AudienceBucket
from koodesk.domain.video_send import mobile_share
from koodesk.ui import theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.numbers_card import NumbersCard, Tile
from koodesk.ui.pages.video.carriers import rules, show_carriers
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.share_bar import ShareBar

PERCENT: Final = 100


class VideoNumbersCard(NumbersCard):
    """Counts the numbers by carrier; those whose carrier has not approved the template are not sent to."""

    def __init__(self, page: Page) -> None:
        self.carriers: tuple[Any, ...] = ()
        super().__init__(page, tr("手机号码"))

    def tiles(self) -> Sequence[Tile]:
        """Return the counts in the order of the rows' way: imported, refused, left out, sent to."""
        return (
            ("imported", tr("导入号码总数（已去重）"), AudienceBucket.VALID),
            ("invalid", tr("无效号码数"), AudienceBucket.INVALID),
            ("duplicate", tr("重复行（只发第一行）"), AudienceBucket.DUPLICATE),
            ("opted_out", tr("已退订，不发送"), None),
            ("not_eligible", tr("运营商未通过审核，不发送"), None),
            ("submitted", tr("提交发送信息号码数"), None),
        )

    def count(self, name: str) -> int:
        """Return one of the counts; what is sent to is an estimate until the gateway has answered."""
        audience = self.audience
        left = sum(one.count for one in self.carriers)
        return int(
            {
                "imported": audience.valid + audience.invalid,
                "invalid": audience.invalid,
                "duplicate": audience.duplicate,
                "opted_out": audience.valid - left,
                "not_eligible": sum(one.count for one in self.carriers if not one.sent),
                "submitted": sum(one.count for one in self.carriers if one.sent),
            }[name]
        )

    def first(self) -> str:
        """Say that the template comes first."""
        return tr("先选择视频短信模板：号码文件的列由模板的参数决定。")

    def look_closer(self, service: Any, task: Any, audience: Any) -> Any:
        """Count the numbers by carrier."""
        del task
        return audience, service.campaigns.carriers(self.template.id, audience.id)

    def take(self, found: Any) -> None:
        """Show the counts by carrier with the others."""
        audience, self.carriers = found
        self.set_audience(audience)

    def write_sample(self, service: Any, path: Path) -> None:
        """Write the sample file of the template."""
        service.audiences.sample_video_file(self.template.id, path)

    # --- by carrier ------------------------------------------------------------------------------------------

    def add_choices(self) -> None:
        """Add the bar of carriers below the counts: it comes and goes with them."""
        self.counts_body.addSpacing(4)
        self.counts_body.addWidget(label(tr("各运营商号码数（按号段估计）"), "second"))
        self.bar = ShareBar()
        self.counts_body.addWidget(self.bar)
        self.share = label("", "hint", wrap=True)
        self.counts_body.addWidget(self.share)

    def show_counts(self) -> None:
        """Show the counts, the carriers, and whether the package's condition is met."""
        super().show_counts()
        if self.audience is None:
            return
        three = self.template.channel.three
        limit = rules().mobile_share if three else 0
        show_carriers(self.bar, self._page.desk, self.carriers, limit)
        counts = {Carrier(one.carrier): one.count for one in self.carriers}
        sent = [Carrier(one.carrier) for one in self.carriers if one.sent]
        total = sum(counts[carrier] for carrier in sent)
        short = mobile_share(counts, sent, rules()) if three else None
        if not three:
            text = tr("单网通道没有移动号码占比的要求。")
        elif not total:
            text = tr("没有可以发送的号码。")
        elif short is not None:
            text = self._page.desk.say((short,))
        else:
            share = counts.get(Carrier.CMCC, 0) * PERCENT / total
            text = tr(
                "移动号码占 {share}，达到三网通道套餐要求的 {limit}%（按号段估计，携号转网的号码看不出）。",
                share=f"{share:.1f}%",
                limit=limit,
            )
        self.share.setText(text)
        self.share.setProperty("look", "warning" if short is not None or not total else "hint")
        theme.repolish(self.share)
