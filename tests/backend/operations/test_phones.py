# SPDX-License-Identifier: Apache-2.0
"""Phones and the flight recorder on a real ledger; the engine is a table of what it would tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from koodesk import paths
from koodesk.backend.bootstrap import open_service
from koodesk.backend.operations.flight_recorder import FlightRecorder
from koodesk.backend.operations.phones import Phones
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.clearing import CardRevision
from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.phones import ReceiptRow, ToldMessage
from koodesk.backend.sending.kinds import allowed_kinds
from koodesk.backend.storage.stores.phones import RECEIVED, TRACES, SqlPhoneStore
from koodesk.backend.storage.tables.cards import card_material
from koodesk.backend.storage.tables.sent import sent_content
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.views.service_account import AccountEffects
from koodesk.backend.workspace import Workspace
from koodesk.domain import codec
from koodesk.domain.access import read_access_rules
from koodesk.domain.carrier import Carrier
from koodesk.domain.digest import template_digest
from koodesk.domain.phone import PhoneDraft
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import ButtonContent, Template
from koodesk.domain.vendor import Vendor
from tests.backend.sending.workshop import FIRST_NUMBER, SEGMENTS, Workshop, open_workshop
from tests.domain.service_account.samples import HOME, MENU, SHORTCUT
from tests.domain.strategies import pack
from tests.starters import starter

HOUR_MS = 3_600_000


@dataclass
class Engine:
    """Tells every message as delivered with a card, and takes every tap."""

    told_of: dict[str, ToldMessage] = field(default_factory=dict)
    away: bool = False
    taps: list[tuple[str, str, str]] = field(default_factory=list)

    def told(self, message_id: str) -> ToldMessage:
        if self.away:
            raise Refused(problem("gateway.unreachable", gateway="local", reason="test"))
        return self.told_of[message_id]

    def tap(self, message_id: str, what: str, text: str = "") -> tuple[ReceiptRow, ...]:
        self.taps.append((message_id, what, text))
        return (ReceiptRow(99, "clicked", "0", what, 5),)

    def tap_account(self, message_id: str, kind: str, item: str, pub: str) -> bool:
        self.taps.append((message_id, f"{kind}/{item}", pub))
        return kind == "menu"


@dataclass
class Shelf:
    """A ledger, its phones and its recorder."""

    shop: Workshop
    engine: Engine
    phones: Phones
    recorder: FlightRecorder
    woken: list[int]
    card: Template
    card_id: int

    def save(self, card: Template) -> None:
        with self.phones._work.write() as connection:
            self.phones._work.cards.save(connection, self.card_id, revision(card))

    def send(self, uuid: str, count: int = 20, **changes: object) -> int:
        changes |= {"uuid": uuid, "card_id": self.card_id, "card_digest": template_digest(self.card)}
        campaign = self.shop.confirm(count, **changes)  # type: ignore[arg-type]  # names fields of Snapshot
        self.shop.run(campaign)
        return campaign

    def message(self, number: int = FIRST_NUMBER, place: int = 0) -> str:
        with self.phones._work.read() as connection:
            return SqlPhoneStore().received(connection, number, ["smart", "video"], 10)[place].message_id

    def tell(self, message_id: str, **changes: object) -> None:
        base = ToldMessage(
            message_id=message_id,
            kind="smart",
            number=FIRST_NUMBER,
            at_ms=1,
            expires_ms=1 << 50,
            delivered_ms=2,
            failed="",
            template="100000001",
            params=(("name", "王"),),
            vendor="HUAWEI",
            card=True,
            card_sent=True,
            card_vendors=("HUAWEI", "VIVO"),
            text="【雅居】您有一个红包",
            link="https://km2g.cn/x",
        )
        self.engine.told_of[message_id] = replace(base, **changes)  # type: ignore[arg-type]  # names its fields


def revision(card: Template) -> CardRevision:
    return CardRevision(
        revision=1,
        digest=template_digest(card),
        name=card.name,
        layout=card.layout,
        use=int(card.use),
        vendors=tuple(v.value for v in card.vendors),
        params=(),
        materials=(),
        template=codec.dumps(card).decode(),
        saved_ms=1,
    )


def shown_of(_signature: str, region: str, vendor: Vendor, _at_ms: int) -> AccountEffects:
    """Return what phones show of service accounts: the same everywhere but nowhere."""
    if region == "nowhere":
        return AccountEffects()
    name = f"{region}{vendor.value}"
    return AccountEffects(7, name, menu=MENU, home=HOME, shortcuts=SHORTCUT.buttons, places=((3, 1),))


Open = Callable[..., Shelf]


@pytest.fixture
def open_shelf(tmp_path: Path) -> Open:
    """Opens a shelf for somebody: the main account without policies, or whoever has those that are named."""

    def opened(*policies: str) -> Shelf:
        rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
        access = Access(rules, rules.principal("reader", policies) if policies else rules.local_owner())
        shop = open_workshop(tmp_path)
        work, engine, woken = SqlUnitOfWork(shop.database), Engine(), [0]
        card = starter(pack().layouts["RedPacket"])
        with work.write() as connection:
            card_id = work.cards.create(connection, revision(card)).id

        def wake() -> None:
            woken[0] += 1

        def region(number: int) -> str:
            return "北京市" if number == FIRST_NUMBER else ""

        def kinds() -> tuple[object, ...]:
            return allowed_kinds(access, "list")

        store = SqlPhoneStore()
        phones = Phones(
            access,
            work,
            store,
            engine,
            pack,
            SEGMENTS,
            region,
            shop.clock,
            shop.clock.now_ms,
            wake,
            kinds,  # type: ignore[arg-type]  # the kinds are those
            lambda _template: (),
            shown_of,
        )
        recorder = FlightRecorder(access, work, store, engine, SEGMENTS, region, kinds, pack)  # type: ignore[arg-type]  # as above
        return Shelf(shop, engine, phones, recorder, woken, card, card_id)

    return opened


@pytest.fixture
def shelf(open_shelf: Open) -> Shelf:
    return open_shelf()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.problems]


# --- the shelf -----------------------------------------------------------------------------------------------------


def test_one_phone_of_each_vendor_stands_there(shelf: Shelf) -> None:
    rows = shelf.phones.list()
    assert [row.vendor for row in rows] == [vendor.value for vendor in Vendor]
    assert not any(row.own or row.number for row in rows)


def test_carrier_and_region_follow_from_the_number_until_somebody_says_otherwise(shelf: Shelf) -> None:
    first = shelf.phones.list()[0]
    row = shelf.phones.set_number(first.id, f"+86 {FIRST_NUMBER}")
    assert (row.number, row.carrier, row.region) == (str(FIRST_NUMBER), "cmcc", "北京市")
    draft = PhoneDraft("", Vendor.OPPO, str(FIRST_NUMBER), Carrier.CTCC, "广东省")
    changed = shelf.phones.change(first.id, draft)
    assert (changed.vendor, changed.carrier, changed.region) == ("HUAWEI", "ctcc", "广东省")
    assert shelf.phones.set_number(first.id, "").number == ""


@pytest.mark.both_databases
def test_phones_of_ones_own(shelf: Shelf) -> None:
    made = shelf.phones.add(PhoneDraft(" 店长 ", Vendor.VIVO, "13900000001"))
    assert (made.name, made.vendor, made.own) == ("店长", "VIVO", True)
    assert shelf.phones.list()[-1] == made
    again = shelf.phones.change(made.id, PhoneDraft("店长2", Vendor.OPPO))
    assert (again.id, again.name, again.vendor, again.number) == (made.id, "店长2", "OPPO", "")
    shelf.phones.delete(made.id)
    with pytest.raises(Refused) as refused:
        shelf.phones.inbox(made.id)
    assert codes(refused) == ["phone.unknown"]
    with pytest.raises(Refused) as refused:
        shelf.phones.delete(shelf.phones.list()[0].id)
    assert codes(refused) == ["phone.stays"]
    with pytest.raises(Refused) as refused:
        shelf.phones.add(PhoneDraft("", Vendor.VIVO, "12"))
    assert codes(refused) == ["phone.name.missing", "phone.number"]


# --- inbox and message ---------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_inbox_has_what_arrived_newest_first(shelf: Shelf) -> None:
    one, two = shelf.send("a"), shelf.send("b", audience=False)
    phone = shelf.phones.set_number(shelf.phones.list()[0].id, str(FIRST_NUMBER)).id
    inbox = shelf.phones.inbox(phone)
    assert [row.campaign_id for row in inbox.rows] == [two, one]
    assert (inbox.failed, inbox.more, inbox.phone.number) == (0, False, str(FIRST_NUMBER))
    gone = inbox.rows[0].message_id
    shelf.shop.ledger.take("scripted", [Receipt(1, gone, "sms", "1", "M2:0045", 7)], 1)
    inbox = shelf.phones.inbox(phone)
    assert [row.campaign_id for row in inbox.rows] == [one]
    assert inbox.failed == 1
    assert shelf.phones.inbox(shelf.phones.list()[1].id).rows == ()


def test_a_message_shows_the_card_that_was_sent_not_todays(shelf: Shelf) -> None:
    shelf.send("a")
    message = shelf.message()
    shelf.tell(message)
    shelf.save(replace(shelf.card, name="改过的名字"))
    shown = shelf.phones.open(message)
    assert shown.template == shelf.card
    assert shown.same
    assert shown.digest == template_digest(shelf.card)
    assert [one.what for one in shown.components] == ["image:1", "button:5"]


def test_a_deleted_card_is_shown_as_it_was_sent(shelf: Shelf) -> None:
    """What a campaign sent stays when the card goes, with its pictures; what was never sent goes."""
    digest = template_digest(shelf.card)
    work = shelf.phones._work
    shelf.send("a")
    shelf.save(replace(shelf.card, name="没有发过"))
    message = shelf.message()
    shelf.tell(message)
    with work.write() as connection:
        connection.execute(insert(card_material).values(card_id=shelf.card_id, revision=1, digest="p" * 64))
        connection.execute(insert(card_material).values(card_id=shelf.card_id, revision=2, digest="q" * 64))
        work.sent.keep_card(connection, shelf.card_id)
        work.cards.delete(connection, shelf.card_id)
    shown = shelf.phones.open(message)
    assert (shown.template, shown.same, shown.digest) == (shelf.card, True, digest)
    assert [one.what for one in shown.components] == ["image:1", "button:5"]
    with work.read() as connection:
        assert work.sent.names_showing(connection, "p" * 64) == (shelf.card.name,)
        assert work.sent.names_showing(connection, "q" * 64) == ()
        assert connection.execute(select(func.count()).select_from(sent_content)).scalar_one() == 1


def test_a_card_that_is_gone_leaves_the_text(shelf: Shelf) -> None:
    shelf.send("a")
    message = shelf.message()
    shelf.tell(message)
    with shelf.phones._work.write() as connection:
        shelf.phones._work.cards.delete(connection, shelf.card_id)
    shown = shelf.phones.open(message)
    assert (shown.template, shown.same, shown.text) == (None, False, "【雅居】您有一个红包")
    assert shown.digest == template_digest(shelf.card)


@pytest.mark.parametrize(
    ("vendor", "told", "why"),
    [
        (None, {}, ""),
        (Vendor.VIVO, {}, ""),
        (Vendor.OPPO, {}, "vendor"),
        (None, {"card_sent": False, "card": False}, "text"),
        (None, {"expires_ms": 5}, "expired"),
        (None, {"kind": "video"}, "video"),
        (None, {"vendor": "", "card": False, "card_vendors": ("OPPO",)}, "vendor"),
        (Vendor.OPPO, {"vendor": "", "card": False, "card_vendors": ("OPPO",)}, ""),
    ],
)
def test_why_a_phone_shows_no_card(
    shelf: Shelf, vendor: Vendor | None, told: dict[str, object], why: str
) -> None:
    shelf.send("a")
    message = shelf.message()
    shelf.tell(message, **told)
    shown = shelf.phones.open(message, vendor)
    assert (shown.why_no_card, shown.card) == (why, not why)


def test_counts_are_of_what_has_come_back(shelf: Shelf) -> None:
    shelf.send("a")
    message = shelf.message()
    rows = (
        ReceiptRow(11, "sms", "0", "DELIVRD", 2),
        ReceiptRow(12, "exposed", "0", "", 3),
        ReceiptRow(13, "exposed", "0", "", 4),
    )
    shelf.tell(message, receipts=rows)
    shelf.shop.ledger.take(
        "scripted",
        [Receipt(11, message, "sms", "0", "DELIVRD", 2), Receipt(12, message, "exposed", "0", "", 3)],
        2,
    )
    shown = shelf.phones.open(message)
    assert (shown.count("exposed"), shown.count("sms"), shown.waiting) == (1, 1, 1)
    assert [one.arrived for one in shown.receipts] == [True, True, False]


def test_a_tap_goes_to_the_engine_and_wakes_the_reader(shelf: Shelf) -> None:
    shelf.send("a")
    message = shelf.message()
    made = shelf.phones.tap(message, "button:5")
    assert [(one.kind, one.code, one.arrived) for one in made] == [("clicked", "button:5", False)]
    assert shelf.engine.taps == [(message, "button:5", "")]
    assert shelf.woken == [1]
    for stranger in ("1", "", "x" * 99, "1; DROP TABLE sent"):
        with pytest.raises(Refused) as refused:
            shelf.phones.tap(stranger, "exposed")
        assert codes(refused) == ["phone.message"]


def test_looking_marks_as_read_and_reports_only_a_card_that_is_shown(shelf: Shelf) -> None:
    shelf.send("a")
    shelf.send("b", audience=False)
    phone = shelf.phones.set_number(shelf.phones.list()[0].id, str(FIRST_NUMBER)).id
    newer, older = shelf.phones.inbox(phone).rows
    assert shelf.phones.inbox(phone).unread == 2
    shelf.tell(newer.message_id)
    shelf.phones.open(newer.message_id)
    assert (shelf.phones.inbox(phone).unread, shelf.engine.taps) == (2, []), "nobody looked"
    assert shelf.phones.look(newer.message_id, card=False) == ()
    assert shelf.engine.taps == []
    assert [row.read for row in shelf.phones.inbox(phone).rows] == [True, False]
    for _ in range(2):
        assert len(shelf.phones.look(older.message_id, card=True)) == 1
    assert shelf.engine.taps == [(older.message_id, "exposed", "")] * 2
    assert shelf.phones.inbox(phone).unread == 0
    with pytest.raises(Refused) as refused:
        shelf.phones.look("1", card=False)
    assert codes(refused) == ["phone.message"]


def test_who_did_something_with_a_message_has_read_it(shelf: Shelf) -> None:
    shelf.send("a")
    phone = shelf.phones.set_number(shelf.phones.list()[0].id, str(FIRST_NUMBER)).id
    message = shelf.message()
    shelf.shop.ledger.take("scripted", [Receipt(11, message, "reply", "TD", "", 2)], 2)
    assert shelf.phones.inbox(phone).unread == 0


def test_a_tap_on_the_account_says_whether_it_counts(shelf: Shelf) -> None:
    shelf.send("a")
    message = shelf.message()
    shelf.tell(message)
    assert shelf.phones.open(message, Vendor.VIVO, "北京市").account.name == "北京市VIVO"
    assert shelf.phones.tap_account(message, "menu", "menu:1.2", "7", Vendor.VIVO)
    assert not shelf.phones.tap_account(message, "home", "logo", "7", Vendor.VIVO)
    assert shelf.engine.taps == [(message, "menu/menu:1.2", "7"), (message, "home/logo", "7")]
    with pytest.raises(Refused) as refused:
        shelf.phones.tap_account("1", "menu", "menu:1", "7", Vendor.VIVO)
    assert codes(refused) == ["phone.message"]


@pytest.mark.parametrize(
    ("kind", "item", "pub", "region"),
    [
        ("menu", "menu:1.2", "8", ""),  # another account's
        ("menu", "menu:9", "7", ""),
        ("home", "hotline:9", "7", ""),
        ("shortcut", "shortcut:1", "7", ""),  # the account is no shortcut
        ("shortcut", "shortcut:9", "3", ""),
        ("menu", "menu:1.2", "7", "nowhere"),  # where phones show nothing
        ("shortcut", "shortcut:1", "3", "nowhere"),
    ],
)
def test_what_the_phone_does_not_show_now_is_not_tapped(
    shelf: Shelf, kind: str, item: str, pub: str, region: str
) -> None:
    shelf.send("a")
    message = shelf.message()
    shelf.tell(message)
    with pytest.raises(Refused) as refused:
        shelf.phones.tap_account(message, kind, item, pub, Vendor.VIVO, region)
    assert codes(refused) == ["phone.account.gone"]
    assert shelf.engine.taps == []
    shelf.phones.tap_account(message, "shortcut", "shortcut:1", "3", Vendor.VIVO)
    assert shelf.engine.taps == [(message, "shortcut/shortcut:1", "3")]


def test_whoever_may_not_see_numbers_sees_them_masked(open_shelf: Open) -> None:
    shelf = open_shelf("KooMessage ReadOnlyAccess")
    owner = open_shelf()
    owner.send("a")
    owner.phones.set_number(owner.phones.list()[0].id, str(FIRST_NUMBER))
    message = owner.message()
    for one in (shelf, owner):
        one.tell(message)
    assert shelf.phones.list()[0].number == "138****0000"
    assert shelf.phones.open(message).number == "138****0000"
    assert shelf.phones.inbox(owner.phones.list()[0].id).rows
    for call in (
        lambda: shelf.phones.suggest(Vendor.HUAWEI),
        lambda: shelf.phones.tap(message, "exposed"),
        lambda: shelf.phones.look(message, card=False),
        lambda: shelf.recorder.look_up(str(FIRST_NUMBER)),
        lambda: shelf.phones.set_number(1, ""),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert codes(refused) == ["access.denied"]


def test_numbers_to_try_are_of_that_vendor_first(shelf: Shelf) -> None:
    shelf.send("a", 3)
    assert shelf.phones.suggest(Vendor.HUAWEI, 2) == (
        (str(FIRST_NUMBER), "spring"),
        (str(FIRST_NUMBER + 1), "spring"),
    )
    assert shelf.phones.suggest(Vendor.OPPO) == ()


# --- the recorder --------------------------------------------------------------------------------------------------


def words(shelf: Shelf, number: object = FIRST_NUMBER, **more: int) -> list[list[str]]:
    return [
        [event.what for event in one.events] for one in shelf.recorder.look_up(str(number), **more).recordings
    ]


def test_a_record_from_the_row_to_the_last_tap(shelf: Shelf) -> None:
    campaign = shelf.send("a")
    message = shelf.message()
    shelf.tell(
        message,
        receipts=(
            ReceiptRow(11, "sms", "0", "DELIVRD", 10),
            ReceiptRow(12, "exposed", "0", "", 20),
            ReceiptRow(13, "clicked", "0", "button:5", 30),
            ReceiptRow(14, "reply", "R", "", 40),
        ),
    )
    shelf.shop.ledger.take("scripted", [Receipt(14, message, "reply", "R", "", 40)], 4)
    found = shelf.recorder.look_up(str(FIRST_NUMBER))
    assert (found.number, found.carrier, found.region) == (str(FIRST_NUMBER), "cmcc", "北京市")
    assert found.opt_outs == (("雅居", 40, "reply"),)
    assert (found.unheard, found.more) == (False, False)
    (record,) = found.recordings
    assert (record.campaign_id, record.message_id, record.digest) == (
        campaign,
        message,
        template_digest(shelf.card),
    )
    # The first row of the file has the number 0 in this fixture, which the file's own never have.
    assert [event.what for event in record.events] == [
        *("imported", "to_send", "chunk", "tried", "accepted"),
        *("sms", "exposed", "clicked", "reply", "opted_out"),
    ]
    clicked = next(event for event in record.events if event.what == "clicked")
    assert (clicked.param("code"), clicked.param("arrived")) == ("button:5", "0")
    told = next(event for event in record.events if event.what == "to_send")
    assert told.param("value.name") == "王0"


def test_a_click_is_told_by_the_words_of_the_button_that_was_sent(shelf: Shelf) -> None:
    """As the recipient had them, whatever the card's next version says; a picture has none, and a card that nobody has either."""
    (button,) = (one for one in shelf.card.contents() if isinstance(one, ButtonContent))

    def with_text(text: str) -> Template:
        page = shelf.card.pages[0]
        contents = tuple(replace(button, text=text) if one is button else one for one in page.contents)
        return replace(shelf.card, pages=(replace(page, contents=contents),))

    shelf.card = with_text("${name}，去领红包")
    shelf.save(shelf.card)
    shelf.send("a")
    shelf.save(with_text("再看看"))
    clicks = [(11, "button:5"), (12, "image:1"), (13, "button:9"), (14, "button"), (15, "")]
    shelf.tell(
        shelf.message(), receipts=tuple(ReceiptRow(id_, "clicked", "0", code, id_) for id_, code in clicks)
    )

    def told() -> list[tuple[str, str]]:
        (record,) = shelf.recorder.look_up(str(FIRST_NUMBER)).recordings
        return [(e.param("code"), e.param("words")) for e in record.events if e.what == "clicked"]

    nothing = [("image:1", ""), ("button:9", "")]
    assert told() == [("button:5", "王0，去领红包"), *nothing, ("button", "王0，去领红包"), ("", "")]
    with shelf.phones._work.write() as connection:
        connection.exec_driver_sql("DELETE FROM card_revision")
    assert told() == [("button:5", ""), *nothing, ("button", ""), ("", "")]


def test_a_record_names_the_row_and_its_respelling(shelf: Shelf) -> None:
    shelf.send("a")
    shelf.tell(shelf.message(FIRST_NUMBER + 2), number=FIRST_NUMBER + 2)
    with shelf.shop.database.write() as connection:
        connection.exec_driver_sql("UPDATE audience SET sheets = '[\"名单\"]'")
        connection.exec_driver_sql("UPDATE audience_row SET verdict = 'number.full_width' WHERE row_no = 2")
        connection.exec_driver_sql(
            'INSERT INTO audience_refusal (audience_id, row_no, verdict, "column", code, raw, first_row_no) '
            "VALUES (1, 77, 'duplicate', 0, 'audience.duplicate', 'x', 2)"
        )
    (record,) = shelf.recorder.look_up(str(FIRST_NUMBER + 2)).recordings
    imported, respelled, repeated = record.events[:3]
    assert (imported.what, imported.param("sheet"), imported.param("row")) == ("imported", "名单", "2")
    assert (respelled.what, respelled.param("codes")) == ("respelled", "number.full_width")
    assert (repeated.what, repeated.param("row")) == ("repeated", "77")


def test_a_record_of_who_was_left_out(shelf: Shelf) -> None:
    shelf.send("a")
    message = shelf.message()
    shelf.shop.ledger.take("scripted", [Receipt(1, message, "reply", "TD", "", 9)], 1)
    second = shelf.send("b", audience=False, opted_out=1, to_send=19)
    (record,) = shelf.recorder.look_up(str(FIRST_NUMBER), second).recordings
    assert record.message_id == ""
    left = next(event for event in record.events if event.what == "left_out")
    assert left.param("bucket") == "opted_out"


def test_a_record_without_the_engine_says_so(shelf: Shelf) -> None:
    shelf.send("a")
    shelf.engine.away = True
    found = shelf.recorder.look_up(str(FIRST_NUMBER))
    assert found.unheard
    assert [event.what for event in found.recordings[0].events][-1] == "accepted"


def test_a_row_of_the_details_opens_its_record(shelf: Shelf) -> None:
    campaign = shelf.send("a")
    with shelf.shop.database.read() as connection:
        recipient = connection.exec_driver_sql("SELECT max(id) FROM recipient").scalar_one()
    shelf.engine.away = True
    found = shelf.recorder.of_recipient(campaign, recipient)
    assert found.number == str(FIRST_NUMBER + 19)
    for wrong in ((campaign, 10**9), (campaign + 1, recipient)):
        with pytest.raises(Refused) as refused:
            shelf.recorder.of_recipient(*wrong)
        assert codes(refused) == ["phone.message"]


def test_a_number_nobody_sent_to(shelf: Shelf) -> None:
    shelf.send("a")
    assert words(shelf, 19_999_999_999) == []
    with pytest.raises(Refused) as refused:
        shelf.recorder.look_up("13800138")
    assert codes(refused) == ["phone.number"]


@pytest.mark.parametrize(("statement", "values"), [(RECEIVED, (1, "smart", 9)), (TRACES, (1, "smart", 0, 9))])
def test_a_number_is_found_by_index(shelf: Shelf, statement: str, values: tuple[object, ...]) -> None:
    with shelf.shop.database.read() as connection:
        plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values)]
    scans = [line for line in plan if line.startswith("SCAN")]
    assert scans == ["SCAN c"]
    assert any(line.startswith("SEARCH r USING") and "campaign_id=? AND number=?" in line for line in plan)


def test_each_look_up_stands_in_the_audit_log_without_the_number(tmp_path: Path) -> None:
    with open_service(Workspace(tmp_path / "ws")) as service:
        service.recorder.look_up("13800138000")
        with pytest.raises(Refused):
            service.recorder.look_up("13800")
        entries = [
            one for one in service.audit.page().entries if one.action == "kooMessage:flightRecorder:get"
        ]
        assert [one.outcome.value for one in entries] == ["refused", "begun", "done", "begun"]
        assert entries[2].subject == "138****8000"
        assert not any("13800138000" in str(one) for one in entries)
