# SPDX-License-Identifier: Apache-2.0
"""The send form on the command line: from options and a number file to what is to be confirmed, for every kind of send."""

from __future__ import annotations

import argparse
from pathlib import Path

from koodesk.backend.service import Service
from koodesk.backend.views.clearing import SmsTemplateRow
from koodesk.backend.views.sending import Confirmation
from koodesk.cli import campaign_flow
from koodesk.cli.video_templates import find_template
from koodesk.domain.billing.money import read_yuan
from koodesk.domain.campaign import NAME_LIMIT, CampaignDraft, CampaignKind
from koodesk.domain.plain_send import PlainSendDraft, columns
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import Fallback
from koodesk.domain.video_send import LONGEST_HOURS, VideoSendDraft


def add_options(send: argparse.ArgumentParser) -> None:
    """Declare the options of `koodesk campaign send`."""
    send.add_argument(
        "--kind",
        choices=[one.value for one in CampaignKind],
        default=CampaignKind.SMART.value,
        help="a smart message (a card carried by an SMS), a video SMS, or a plain SMS",
    )
    send.add_argument(
        "--template",
        required=True,
        metavar="ID|NAME",
        help="card by its id; template of the video SMS, or of the plain SMS itself, by id or name",
    )
    send.add_argument("--sms-template", type=int, metavar="ID", help="SMS that carries the card; smart only")
    send.add_argument("--audience", type=Path, required=True, metavar="FILE.xlsx")
    send.add_argument("--name", default="", help="name of the task; the file's name without it")
    send.add_argument(
        "--fallback",
        choices=[one.value for one in Fallback],
        default=Fallback.NONE.value,
        help="for phones that cannot show the card; smart only",
    )
    send.add_argument("--fallback-template", metavar="ID|NAME", help="video SMS template of --fallback basic")
    send.add_argument(
        "--sms-value",
        action="append",
        default=[],
        type=_sms_value,
        metavar="N=TEXT",
        help="value of the SMS template's variable N, the same for everybody; of a plain SMS the others are columns",
    )
    send.add_argument("--consent", default="", help="where the recipients' consent comes from")
    send.add_argument(
        "--domain", default="", metavar="NAME", help="custom domain of the links, approved for standard codes"
    )
    send.add_argument(
        "--jump-url",
        default="",
        metavar="URL",
        help="where browsers are led that open a link, on a host that is filed; the card's H5 page without it",
    )
    send.add_argument("--validity-days", type=int, default=7, help="of the links; smart only")
    send.add_argument(
        "--expiration-hours",
        type=int,
        default=LONGEST_HOURS,
        metavar="N",
        help="how long delivery is tried; video SMS only",
    )
    send.add_argument("--rate", type=int, default=0, help="most messages a second; 0 is no limit")
    send.add_argument(
        "--budget",
        type=_yuan,
        default=0,
        metavar="YUAN",
        help="most it may cost at unit prices; it pauses before the chunk that might go beyond",
    )
    campaign_flow.add_options(send)
    send.set_defaults(wrong=send.error)


def check_use(args: argparse.Namespace) -> None:
    """End the command with its usage when options are missing or do not go together."""
    if args.kind == CampaignKind.VIDEO:
        if args.sms_template or args.sms_value or args.fallback != Fallback.NONE or args.fallback_template:
            args.wrong("a video SMS has no SMS template, no SMS values and no fallback")
        if args.domain or args.jump_url:
            args.wrong("a video SMS has no links, so neither --domain nor --jump-url")
        return
    if args.kind == CampaignKind.PLAIN:
        if args.sms_template or args.fallback != Fallback.NONE or args.fallback_template:
            args.wrong("a plain SMS is named by --template, and has no card and no fallback")
        if args.domain or args.jump_url:
            args.wrong("a plain SMS has no links, so neither --domain nor --jump-url")
        return
    if not args.template.isdigit():
        args.wrong("--template of a smart message is a card's id")
    if not args.sms_template:
        args.wrong("a smart message needs --sms-template")
    if (args.fallback == Fallback.BASIC) is not bool(args.fallback_template):
        args.wrong("--fallback basic and --fallback-template go together")


def prepare(service: Service, args: argparse.Namespace) -> Confirmation:
    """Check the number file and prepare the send. Raises Refused with everything that is in the way."""
    if args.kind == CampaignKind.VIDEO:
        return _prepare_video(service, args)
    if args.kind == CampaignKind.PLAIN:
        return _prepare_plain(service, args)
    card, _ = service.cards.open(int(args.template))
    basic = find_template(service, args.fallback_template) if args.fallback_template else None
    params = dict.fromkeys((*card.params, *(basic.params if basic else ())))
    audience = service.audiences.check_file(
        args.audience, tuple(params), consent_source=args.consent, progress=_quiet, cancel=_never
    )
    service.audiences.capability(audience.id, card.id, progress=_quiet, cancel=_never)
    return service.campaigns.prepare(
        CampaignDraft(
            name=_name(args),
            card_id=card.id,
            sms_template_id=args.sms_template,
            audience_id=audience.id,
            fallback=Fallback(args.fallback),
            validity_days=args.validity_days,
            rate=args.rate,
            sms_values=tuple(sorted(dict(args.sms_value).items())),
            fallback_template_id=basic.id if basic else 0,
            budget=args.budget,
            waves=args.waves,
            wave_rules=campaign_flow.rules(args),
            domain=args.domain,
            jump_url=args.jump_url,
        )
    )


def _prepare_video(service: Service, args: argparse.Namespace) -> Confirmation:
    template = find_template(service, args.template)
    audience = service.audiences.check_file(
        args.audience, template.params, consent_source=args.consent, progress=_quiet, cancel=_never
    )
    return service.campaigns.prepare_video(
        VideoSendDraft(
            name=_name(args),
            template_id=template.id,
            audience_id=audience.id,
            expiration_hours=args.expiration_hours,
            rate=args.rate,
            budget=args.budget,
            waves=args.waves,
            wave_rules=campaign_flow.rules(args),
        )
    )


def _prepare_plain(service: Service, args: argparse.Namespace) -> Confirmation:
    template = find_sms_template(service, args.template)
    values = dict(args.sms_value)
    audience = service.audiences.check_file(
        args.audience,
        columns(template.variables, values),
        consent_source=args.consent,
        progress=_quiet,
        cancel=_never,
    )
    return service.campaigns.prepare_plain(
        PlainSendDraft(
            name=_name(args),
            sms_template_id=template.id,
            audience_id=audience.id,
            rate=args.rate,
            budget=args.budget,
            sms_values=tuple(sorted(values.items())),
            waves=args.waves,
            wave_rules=campaign_flow.rules(args),
        )
    )


def find_sms_template(service: Service, named: str) -> SmsTemplateRow:
    """Return an SMS template by its id or its name. Raises Refused: plan.template_unknown, plan.template_twice."""
    rows = service.sms.templates()
    by_id = named.isascii() and named.isdecimal()
    found = [row for row in rows if (str(row.id) if by_id else row.name) == named]
    if not found:
        raise Refused(problem("plan.template_unknown", "template", name=named))
    if len(found) > 1:
        raise Refused(problem("plan.template_twice", "template", name=named, count=len(found)))
    return found[0]


def _name(args: argparse.Namespace) -> str:
    return str(args.name or args.audience.stem[:NAME_LIMIT])


def _sms_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name.isascii() and name.isdigit()):
        raise argparse.ArgumentTypeError("N=TEXT, for example 2=CODE")
    return str(int(name)), value


def _yuan(text: str) -> int:
    try:
        return read_yuan(text, "budget")
    except Refused:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of yuan such as 500 or 17.7") from None


def _quiet(_progress: object) -> None:
    """Show nothing: the command prints what came of it."""


def _never() -> bool:
    """Nobody cancels but by interrupting the command."""
    return False
