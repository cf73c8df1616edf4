# SPDX-License-Identifier: Apache-2.0
"""Which sentences Koodesk needs: every code that can reach a person, read from the source itself.

What a constructor of problems is given is taken as it stands, with its parameters where they can be told; below that, as
a net, lies every string that looks like a code. `known()` is what the catalogue must hold, exactly.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from koodesk import paths
from koodesk.backend.ports.account import ACCOUNT_STOPS
from koodesk.backend.views.video import VideoTemplateState
from koodesk.domain.account import AccountState
from koodesk.domain.audit import Outcome
from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.price_book import Confidence
from koodesk.domain.billing.records import OrderState, PayBy
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.carrier import Carrier
from koodesk.domain.click_event import EventType
from koodesk.domain.dossier import FIELDS, PAGE_WORDS, HandState
from koodesk.domain.export_job import ExportState
from koodesk.domain.filing import FilingState
from koodesk.domain.link import LinkState
from koodesk.domain.platform import Platform
from koodesk.domain.public_cards import TAGS
from koodesk.domain.receipt import DeliveryStatus
from koodesk.domain.review_state import CardState, ReviewKind, Verdict
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.send_state import Bucket, CampaignMove, CampaignState, ChunkMove, ChunkState
from koodesk.domain.service_account.rules import read_service_account_rules
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.signature import SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateState, VariableType
from koodesk.domain.sms_app import SmsAppState
from koodesk.domain.unknown_call import CODES, Decision
from koodesk.domain.vendor import Vendor
from koodesk.domain.video_send import TaskState
from koodesk.domain.video_sms.rules import LETTERS
from koodesk.domain.waves import STOPS
from koodesk.domain.workers import JobState, WorkerState

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "koodesk"

CODE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
WIRE_CODE: Final = re.compile(r"(KD|KM)\.[A-Z0-9_.]+|E2000\d\d|M\d:\d{4}|DELIVRD")
ROW_CODE: Final = re.compile(r"audience\.(number|value|cell|line|row)\.\w+|number\.\w+")

BUILDERS: Final = frozenset({"problem", "Problem", "found", "refuse", "_refuse", "ControlFailed"})
"""Functions whose first argument is a problem's code."""

OUTCOMES: Final = frozenset(
    {"NothingSent", "MayHaveSent", "NotSent", "Unknown", "Unclear", "RefusedWhole", "ChannelUnknown"}
)
"""What a call to a gateway came to; the code is shown through `result.<code>`."""

PASSED_ON: Final = {
    "backend/gateways/engine_http.py": "the engine's params travel with gateway.refused",
    "backend/operations/audience_check.py": "a problem of the same code, as a warning",
    "backend/operations/cards.py": "the codes of _WHY_NOT, found by the net",
    "backend/operations/export_records.py": "why an export failed, kept with it",
    "backend/operations/filings.py": "a problem of the same code",
    "backend/operations/video_templates.py": "the codes of _WHY_NOT, found by the net",
    "backend/readers/number_files.py": "notes of the child, found as lists",
    "backend/readers/row_files.py": "notes of the child, found as lists",
    "backend/readers/runner.py": "refusals of the child, found where it raises them",
    "cli/campaign_work.py": "problems a worker process wrote before it ended, found where it raises them",
    "cli/lint.py": "every rule of the list, shown without its places",
    "cli/engine.py": "errors of the engine's own command, found where it prints them",
    "domain/checks/register.py": "builds what the rules give",
    "domain/edits/base.py": "builds what the edits give",
    "domain/parcel.py": "the codes of the kinds of file, found in their own tables",
    "domain/plain_text.py": "the families of length_problems",
    "domain/problem.py": "the constructor itself",
    "domain/sms_values.py": "the codes of its judges",
    "domain/strict_table.py": "builds what the tables give",
    "editor/row_bar.py": "codes of the worst-row finder, found by the net",
    "messages.py": "a row's code, found where the row is refused",
    "ui/pages/send/test_card.py": "a row's own code, found by the net",
    "ui/reasons.py": "a reviewer's reason, found where the reviewer gives it",
}
"""Files where a problem is built of a code that is not a literal, and why that is good."""

NOT_CODES: Final = frozenset({
    "library.page",  # a module of ui/pages
    "iam.users", "iam.groups", "iam.policies", "iam.keys", "iam.audit",
    "service_account.accounts", "service_account.ports", "service_account.shortcuts", "service_account.wizard",
    "action.in_browser",
    "billing.bills", "billing.buy", "billing.packages", "c.id", "chunk.campaign_id",
    "action.target", "http.response.body", "http.response.start", "huawei.com", "km2g.cn", "review.person", "send.page", "shutil.rmtree",
    "phones.page", "phones.recorder", "studio.editor_page", "studio.gallery_page", "temp.inbox", "worker.generation",
    "resolve.domains", "resolve.jump_urls", "resolve.links", "resolve.tasks", "go.example.cn",
    "plain.report", "plain.send", "video.editor_page", "video.send", "video.signatures", "video.templates",
})  # fmt: skip
"""Strings that look like codes. `review.person` stands beside a person's own words, which are shown instead."""

NOT_CODE: Final = re.compile(
    r"(koodesk|os|socket|logging|huaweicloudsdk[a-z]+)\..*|.*\.(toml|json|db|lock|log|png|qss|xml|css|html|xlsx|csv|svg|ttf|sock|md|txt|pdf)"
)

STATES: Final[dict[str, frozenset[str]]] = {
    # the audit log, sessions and access keys
    "state.audit": frozenset(Outcome),
    "state.audit_place": frozenset({"window", "command", "service"}),
    "state.audit_break": frozenset({"gap", "link", "content", "cut", "noted"}),
    "state.session": frozenset(
        {
            "signIn",
            "signInWithKey",
            "signOut",
            "changePassword",
            "proveIdentity",
            "setMainPassword",
            "removeMainPassword",
        }
    ),
    "state.key_kept": frozenset({"keystore", "session", "lost", "environment"}),
    "state.platform": frozenset(Platform),
    "state.dossier": frozenset({*HandState, "waiting"}),
    "dossier.field": FIELDS,
    "dossier.page": PAGE_WORDS,
    "state.account": frozenset(AccountState),
    "state.item": frozenset(Item),
    "state.package_kind": frozenset(PackageKind),
    "state.package": frozenset({"in_use", "used_up", "expired"}),
    "state.order": frozenset(OrderState),
    "state.pay_by": frozenset(PayBy),
    "state.confidence": frozenset(Confidence),
    "state.bucket": frozenset(Bucket),
    "state.bucket_video": frozenset({Bucket.NOT_ELIGIBLE}),
    "state.bucket_plain": frozenset({Bucket.NOT_ELIGIBLE}),
    "state.campaign": frozenset(CampaignState),
    "state.campaign_kind": frozenset(CampaignKind),
    "state.campaign_move": frozenset(CampaignMove),
    "state.card": frozenset(CardState),
    "state.chunk": frozenset(ChunkState),
    "state.delivery": frozenset(DeliveryStatus),
    "state.export": frozenset(ExportState),
    "state.worker": frozenset(WorkerState),
    "state.job": frozenset(JobState),
    "export_kind": frozenset(
        [
            "details",
            "refused",
            "smart_report",
            "video_report",
            "plain_report",
            "service_report",
            "audit",
            "bill",
            "settlement",
            "opt_outs",
            "links",
            "unknown",
            "certificate",
        ]
    ),
    "unknown_decision": frozenset(Decision),
    "rate_scope": frozenset({"workspace"}),
    "certificate_check": frozenset({"seal", "totals", "rows", "row_digest", "once", "ledger", "record"}),
    "certificate_outcome": frozenset({"holds", "fails", "unknown"}),
    "certificate_word": frozenset(
        [
            "agrees",
            "blind",
            "bucket",
            "by.local",
            "campaign",
            "code",
            "contradicted",
            "count",
            "differs",
            "digest",
            "engine_log",
            "gateway",
            "idempotent",
            "imported",
            "ledger_digest",
            "listable",
            "made",
            "no_witness",
            "not_sent",
            "rows_digest",
            "sent_once",
            "signature",
            "standing",
            "times",
            "title",
            "totals",
            "unknown",
            "witness",
        ]
    ),
    "state.filing": frozenset(FilingState),
    "state.resolve_task": frozenset({*LinkState, "unsent"}),
    "state.review_kind": frozenset(ReviewKind),
    "state.signature": frozenset(SignatureState),
    "state.sa_approval": frozenset(Approval),
    "state.sa_life": frozenset(Life),
    "state.sms_app": frozenset(SmsAppState),
    "state.sms_template": frozenset(SmsTemplateState),
    "state.sms_type": frozenset(SmsType),
    "state.video_template": frozenset(VideoTemplateState),
    "video_letter": frozenset(LETTERS),
    "state.step": frozenset({"done", "waiting", "todo", "rejected"}),
    "state.variable_type": frozenset(VariableType),
    "state.video_task": frozenset(TaskState),
    "state.verdict": frozenset({*Verdict, "none"}),
    "filing.about": frozenset(FilingState),
    "template_tag": frozenset(TAGS),
    "carrier": frozenset(Carrier),
    "vendor": frozenset(Vendor),
    "click_event": frozenset(EventType),
    "cloud.field": frozenset({"ak", "sk"}),
    "gateway.name": frozenset({"cloud", "local"}),
    "cloud.upload": frozenset({"image", "video", "thumbnail"}),
    "slot_kind": frozenset(SlotKind),
    "data.kind": frozenset({"table", "text", "integer", "number", "boolean", "list", "sha256"}),
}
"""Families of words and the values they must cover, exactly."""

MADE_BY_NAME: Final = frozenset({
    "row.audience.row.duplicate",
    "event.campaign.give_up", "result.given_up",  # what ledgers of before schema 5 hold
    "result.found", "result.cloud.other_account", "result.quarantined", *(f"result.{code}" for code in CODES.values()),
})  # fmt: skip
"""Words asked for by a name put together at run time, beside those of `STATES`."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that builds a problem. `params` None: they cannot be told without running it."""

    code: str
    at: str
    params: frozenset[str] | None
    stops: bool


# --- reading the source --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    return {
        file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text("utf-8"))
        for file in sorted(SOURCE.rglob("*.py"))
        if file.name != "testing.py"
    }


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return every node of a file: a dozen questions walk through all of them."""
    return tuple(ast.walk(tree))


def forget() -> None:
    """Let the parsed source go: it is millions of objects, and the garbage collector walks through what is kept."""
    nodes.cache_clear()
    modules.cache_clear()


def name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def literals(node: ast.expr, scope: ast.AST | None = None) -> list[str] | None:
    """Return the texts an argument may be, None when that cannot be told. With a scope, names are looked up there."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return joined(literals(node.body, scope), literals(node.orelse, scope))
    if isinstance(node, ast.Name) and scope is not None:
        return joined(*(literals(value) for value in assigned(node.id, scope)))
    return None


def joined(*parts: list[str] | None) -> list[str] | None:
    if not parts or any(part is None for part in parts):
        return None
    return [text for part in parts if part is not None for text in part]


def assigned(name: str, tree: ast.AST) -> list[ast.expr]:
    """Return everything that is put under a name anywhere in a function or file."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]


def scopes(tree: ast.Module) -> dict[int, ast.AST]:
    """Return the innermost function around each node."""
    found: dict[int, ast.AST] = {}
    for function in nodes(tree):  # outer functions come first, inner ones overwrite
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            found.update((id(node), function) for node in ast.walk(function))
    return found


def keywords(call: ast.Call, tree: ast.AST) -> frozenset[str] | None:
    names: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is not None:
            names.add(keyword.arg)
            continue
        known = dict_keys(keyword.value, tree)
        if known is None:
            return None
        names |= known
    return frozenset(names)


def dict_keys(node: ast.expr, tree: ast.AST) -> frozenset[str] | None:
    if isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        return frozenset(map(str, keys)) if len(keys) == len(node.keys) else None
    if isinstance(node, ast.Name):
        found = [dict_keys(value, tree) for value in assigned(node.id, tree)]
        if found and all(keys is not None for keys in found):
            return frozenset.intersection(*(keys for keys in found if keys is not None))
    return None


def stops(call: ast.Call) -> bool:
    """Tell whether the problem may be an error."""
    given = next((k.value for k in call.keywords if k.arg == "severity"), None)
    if given is None and name_of(call) == "found" and len(call.args) > 2:
        given = call.args[2]
    return given is None or not ast.unparse(given).endswith(("NOTE", "WARNING"))


def sites_of(file: str, tree: ast.Module) -> Iterator[Site]:
    functions: dict[int, ast.AST] | None = None
    text = ast.unparse(tree) if file.startswith("backend/readers") else ""
    for node in nodes(tree):
        if isinstance(node, ast.List) and len(node.elts) == 3 and isinstance(node.elts[2], ast.Dict):
            # What a reader child sends: [code, where, params]; notes are appended, refusals are written.
            params = (dict_keys(node.elts[2], node) or frozenset()) | {"file"}
            for code in literals(node.elts[0]) or ():
                yield Site(
                    code, f"{file}:{node.lineno}", params, f"notes.append({ast.unparse(node)})" not in text
                )
        if not isinstance(node, ast.Call) or not node.args:
            continue
        at = f"{file}:{node.lineno}"
        if name_of(node) == "length_problems":
            yield from length_sites(node, at)
        if name_of(node) not in BUILDERS:
            continue
        functions = scopes(tree) if functions is None else functions
        scope = functions.get(id(node), tree)
        codes = literals(node.args[0], scope)
        if codes is None:
            assert name_of(node) == "_refuse" or file in PASSED_ON, (
                f"{at}: the code of this problem cannot be read from the source"
            )
            continue
        given = keywords(node, scope)
        if name_of(node) == "Problem" and len(node.args) > 2:
            given = None
        if given is not None:
            given -= {"severity", "source"}
            if name_of(node) == "found" and len(node.args) > 3:
                given |= {"vendor"}
            if name_of(node) in ("refuse", "_refuse") and not file.startswith("domain/edits"):
                given |= {"file", "key"}  # `strict_table.Table` names both
            if file.startswith("backend/readers"):
                given |= {"file"}  # the parent side adds the name of the file
        for code in codes:
            if CODE.fullmatch(code) or "." not in code:
                yield Site(code, at, given, stops(node))


def length_sites(call: ast.Call, at: str) -> Iterator[Site]:
    least = next(k.value for k in call.keywords if k.arg == "least")
    value = least.value if isinstance(least, ast.Constant) else 2
    endings = ["too_long", *(["missing"] if value else []), *(["too_short"] if value not in (0, 1) else [])]
    for code in literals(call.args[0]) or ():
        for ending in endings:
            yield Site(
                f"{code}.{ending}", at, frozenset({"limit", "actual"} if ending != "missing" else ()), True
            )


@lru_cache(maxsize=1)
def sites() -> dict[str, list[Site]]:
    found: dict[str, list[Site]] = defaultdict(list)
    for file, tree in modules().items():
        for site in sites_of(file, tree):
            found[site.code].append(site)
    return dict(found)


@lru_cache(maxsize=1)
def limits() -> frozenset[str]:
    """Return the names of single limits of the rule pack and of the service account: they look like codes as well."""
    rules = paths.resources() / "rules"
    pack = tomllib.loads((rules / "limits.toml").read_text("utf-8"))
    account = read_service_account_rules((rules / "service_account.toml").read_text("utf-8"))
    return frozenset(pack["numbers"]) | frozenset(account.limits)


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for file, tree in modules().items():
        for node in nodes(tree):
            if isinstance(node, ast.Call) and name_of(node) in names:
                yield file, node


@lru_cache(maxsize=1)
def events() -> frozenset[str]:
    """Return the codes of a campaign's history: the moves, and what is noted beside them."""
    noted = {
        node.value
        for _, call in calls("add_event", "note")
        for argument in call.args
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    # Claiming is no event, and an acceptance without a remark is none either; chunks are cancelled by the campaign, and one that is
    # recalled is told by what was found of it.
    silent = (ChunkMove.CLAIM, ChunkMove.CANCEL, ChunkMove.EXPIRE, ChunkMove.RECALL)
    moves = {f"chunk.{m}" for m in ChunkMove if m not in silent}
    return frozenset({*noted, *(f"campaign.{m}" for m in CampaignMove), *moves})


@lru_cache(maxsize=1)
def net() -> dict[str, str]:
    """Return every text of the source that looks like a code, with the place of one."""
    found: dict[str, str] = {}
    for file, tree in modules().items():
        if file.startswith("backend/storage/tables") or file == "messages.py":
            continue
        words = {id(arg) for call in calls_in(tree, "limit", "getLogger") for arg in call.args}
        for node in nodes(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in words:
                continue
            text = node.value
            if CODE.fullmatch(text) and not NOT_CODE.fullmatch(text) and text not in NOT_CODES | limits():
                found.setdefault(text, f"{file}:{node.lineno}")
    families = {code for _, call in calls("length_problems") for code in literals(call.args[0]) or ()}
    return {code: at for code, at in found.items() if code not in families}


def calls_in(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    return (node for node in nodes(tree) if isinstance(node, ast.Call) and name_of(node) in names)


@lru_cache(maxsize=1)
def results() -> frozenset[str]:
    """Return the codes shown through `result.<code>`: of the wire, of outcomes, of settlements."""
    sources = {id(k.value) for _, call in calls(*BUILDERS) for k in call.keywords if k.arg == "source"}
    found = {
        node.value
        for tree in modules().values()
        for node in nodes(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WIRE_CODE.fullmatch(node.value)
        if id(node) not in sources
    }
    for _, call in calls(*OUTCOMES):
        found.update(code for argument in call.args[:1] for code in literals(argument) or () if code)
    for file, call in calls("_settlement", "Settlement", "problem"):
        wanted = "reason" if name_of(call) == "problem" else "code"
        if name_of(call) == "problem" and not ast.unparse(call.args[0]).startswith("'gateway."):
            continue
        for keyword in call.keywords:
            if keyword.arg == wanted and file.startswith("backend"):
                found.update(literals(keyword.value) or ())
    return frozenset(found)


def reasons_to_ask() -> frozenset[str]:
    """Return why a campaign waits for a person or was paused: the text beside the move, and what an account stops for."""
    stops = frozenset(code.replace(".", "_") for code in ACCOUNT_STOPS.values())
    return (
        stops
        | frozenset(STOPS)
        | frozenset(
            text
            for _, call in calls("_move", "Step")
            if any(
                ast.unparse(argument) in ("CampaignMove.ASK", "CampaignMove.PAUSE") for argument in call.args
            )
            for argument in call.args
            for text in literals(argument) or ()
        )
    )


def steps() -> frozenset[str]:
    tree = modules()["backend/operations/overview.py"]
    return frozenset(
        node.elts[0].value
        for node in nodes(tree)
        if isinstance(node, ast.Tuple)
        and len(node.elts) == 3
        and isinstance(node.elts[0], ast.Constant)
        and isinstance(node.elts[0].value, str)
    )


def layouts() -> dict[str, dict[str, str]]:
    found = {}
    for file in (paths.resources() / "rules" / "layouts").glob("*.toml"):
        table = tomllib.loads(file.read_text("utf-8"))
        found[file.stem] = {"zh": table["name_zh"], "en": table["name_en"]}
    return found


def families() -> dict[str, frozenset[str]]:
    return {
        **STATES,
        "state.campaign_reason": reasons_to_ask(),
        "result": results(),
        "event": events(),
    }


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Return every entry the catalogue must have, and may have."""
    worded = {f"{family}.{value}" for family, values in families().items() for value in values}
    stepped = {f"step.{step}.{part}" for step in steps() for part in ("name", "about")}
    told = {code for code in net() if code not in events() and f"result.{code}" not in worded}
    return frozenset({*sites(), *told, *worded, *stepped, *MADE_BY_NAME})
