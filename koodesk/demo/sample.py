# SPDX-License-Identifier: Apache-2.0
"""The sample workspace: cleared and ready for a first send, so that a newcomer can begin anywhere. Filled once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from koodesk.backend.service import Service
from koodesk.demo import files
from koodesk.domain.filing import FilingKind
from koodesk.domain.signature import SignatureDraft, SignatureSource, SmsType
from koodesk.domain.sms import SmsTemplateDraft, Variable, VariableType

SHOP: Final = "云杉商城"
LONGEST_HOURS: Final = 24 * 14
"""No review takes longer than this on the engine's clock; a reviewer that does is left to the review desk."""


def is_wanted(service: Service) -> bool:
    """Tell whether the workspace has nothing in it yet."""
    return not service.cards.list()


def fill(service: Service) -> None:
    """Open the service and clear everything a send needs through the same calls as the window. Does nothing where there is a card already.

    Needs a running engine, whose clock it runs forward past the reviews. Blocks for some seconds.
    """
    if not is_wanted(service):
        return
    service.account.open(agreed=True)
    with tempfile.TemporaryDirectory(prefix="koodesk-sample-") as made:
        folder = Path(made)
        titles = ("企业营业执照", "智能信息业务素材承诺函", "签名授权函", "公司关系授权函")
        for kind in (FilingKind.SEND_TASK, FilingKind.SHORT_LINK):
            for name, title in zip(files.PAPERS, titles, strict=True):
                service.filings.attach(kind, name, files.paper(folder / f"{name}.png", title))
            service.filings.submit(kind)
        app = service.sms.add_app("yunshan_mall")
        _await_reviews(service)
        licence = files.paper(folder / "营业执照.png", "营业执照")
        sign = service.sms.add_signature(
            SignatureDraft(SHOP, SmsType.PROMOTION, app.id, SignatureSource.COMPANY, third_party=False),
            licence,
        )
    _await_reviews(service)
    service.sms.add_template(
        SmsTemplateDraft(
            "新春红包提醒",
            SmsType.PROMOTION,
            sign.id,
            "您有一个新春红包待领取，点击 ${1} 查看，拒收请回复R",
            (Variable(1, VariableType.NEWTEXT),),
            "会员节日活动通知",
        )
    )
    service.sms.add_template(
        SmsTemplateDraft(
            "会员日提醒",
            SmsType.PROMOTION,
            sign.id,
            "${1}，会员日全场满 ${2} 减 50，仅限今天，拒收请回复R",
            (Variable(1, VariableType.TEXT, "称呼"), Variable(2, VariableType.MONEY, "金额")),
            "会员日活动通知",
        )
    )
    card = service.cards.new("RedPacket", "新春红包")
    service.cards.submit(card.id)
    _await_reviews(service)


def _await_reviews(service: Service) -> None:
    """Run the engine's clock forward, an hour at a time, until nothing waits."""
    for _ in range(LONGEST_HOURS):
        service.reviews.sync()
        rows = service.reviews.list()
        if all(r.state.decided and all(v.verdict.decided for v in r.vendors) for r in rows):
            return
        service.engine.forward(3600)
