# SPDX-License-Identifier: Apache-2.0
"""Certificates: what they count, what they are bound to, and which tampering is found."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.gateway import GatewayClass, Unknown
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.sending.certificate_file import read_row
from koodesk.backend.sending.certificates import Certificates
from koodesk.backend.storage.stores.sending_evidence import SqlEvidence
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.testing import FixedClock, ScriptedGateway, Step, refuse
from koodesk.domain.access import read_access_rules
from koodesk.domain.certificate import Certificate, LedgerDigest, Standing, decode, encode, lines
from koodesk.domain.problem import Refused
from koodesk.domain.unknown_call import Decision, decision_digest
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, give_up, open_workshop

RULES = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))


class Record:
    """The scripted gateway's own list of acceptances, with whatever a test takes from it or adds."""

    by = "engine_log"

    def __init__(self, gateway: ScriptedGateway) -> None:
        self.gateway = gateway
        self.left_out = 0
        self.more: list[tuple[str, str, str]] = []

    def of(self, campaign: str) -> Iterator[tuple[str, str, str]]:
        """Yield what was accepted."""
        del campaign
        for key, number in self.gateway.accepted[self.left_out :]:
            yield key, f"{key}:{number}", str(number)
        yield from self.more


class Bench:
    """A campaign that was sent, and its certificates."""

    def __init__(self, folder: Path, *steps: Step, klass: GatewayClass = GatewayClass.IDEMPOTENT) -> None:
        self.folder = folder
        self.gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=20)).will(*steps)
        self.workshop: Workshop = open_workshop(folder, self.gateway)
        self.campaign = self.workshop.confirm(30)
        self.workshop.run(self.campaign)
        self.record = Record(self.gateway)
        self.certificates = Certificates(
            Access(RULES, RULES.local_owner()),
            self.workshop.ledger,
            SqlEvidence(self.workshop.database),
            {"scripted": self.record},
            self.workshop.clock.now_ms,
        )

    def make(self, name: str = "c.zip") -> Path:
        """Write a certificate."""
        prepared = self.certificates.prepare_export(self.campaign, "audit")
        prepared.write(self.folder / name, silent, never)
        return self.folder / name

    def failed(self, path: Path) -> list[str]:
        """Return the checks that do not hold."""
        return [c.check for c in self.certificates.verify(path).checks if c.outcome == "fails"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, refuse([FIRST_NUMBER + 3]))
    yield made
    made.workshop.database.close()


def head(path: Path) -> Certificate:
    with zipfile.ZipFile(path) as archive:
        return decode(archive.read("certificate.json").decode())[0]


def rewritten(path: Path, member: str, change: Callable[[str], str]) -> Path:
    """Write a certificate again with one member changed."""
    target = path.with_name(f"forged-{path.stem}.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, change(text) if name == member else text)
    return target


@pytest.mark.both_databases
def test_every_row_stands_somewhere_with_its_evidence(bench: Bench) -> None:
    path = bench.make()
    told = head(path)
    assert (told.count(Standing.SENT_ONCE), told.count(Standing.NOT_SENT), told.total) == (29, 1, 30)
    assert told.digest == bench.workshop.ledger.campaign(bench.campaign).digest
    assert (told.witness.by, told.witness.accepted, told.witness.agrees) == ("engine_log", 29, True)
    with zipfile.ZipFile(path) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("rows.csv").decode())))
    assert [row["number"] for row in rows] == [str(FIRST_NUMBER + place) for place in range(30)]
    assert all(
        row["message_id"] == f"{row['call']}:{row['number']}"
        for row in rows
        if row["standing"] == "sent_once"
    )
    refused = rows[3]
    assert (refused["bucket"], refused["code"], refused["message_id"]) == ("refused", "blacklist", "")
    found = bench.certificates.verify(path)
    assert found.good
    assert [check.outcome for check in found.checks] == ["holds"] * 7


@pytest.mark.parametrize(
    ("member", "change", "expected"),
    [
        ("rows.csv", lambda t: t.replace("sent_once", "not_sent", 1), {"seal", "rows", "row_digest"}),
        (
            "rows.csv",
            lambda t: t.replace(str(FIRST_NUMBER + 7), str(FIRST_NUMBER + 8), 1),
            {"once", "seal", "row_digest"},
        ),
        ("rows.csv", lambda t: "\n".join(t.split("\n")[:-2]) + "\n", {"seal", "rows", "row_digest"}),
        ("certificate.json", lambda t: t.replace('"imported":30', '"imported":31'), {"seal", "totals"}),
        ("certificate.json", lambda t: t.replace('"name":"spring"', '"name":"summer"'), {"seal"}),
    ],
)
def test_tampering_is_found(
    bench: Bench, member: str, change: Callable[[str], str], expected: set[str]
) -> None:
    forged = rewritten(bench.make(), member, change)
    assert expected <= set(bench.failed(forged))


def test_a_forger_who_seals_anew_is_found_by_the_ledger(bench: Bench) -> None:
    """A number that was refused is made a sent one, and everything in the file is digested again."""
    path = bench.make()
    with zipfile.ZipFile(path) as archive:
        text = archive.read("rows.csv").decode()
    text = text.replace("not_sent,refused,blacklist", "sent_once,accepted,")
    counted = LedgerDigest()
    for row in csv.reader(io.StringIO(text.split("\n", 1)[1])):
        counted.add(read_row(row))
    told = replace(
        head(path),
        lines=lines(counted.counts, 0, 0),
        ledger_digest=counted.hexdigest(),
        rows_digest=sha256(text.encode()).hexdigest(),
    )
    forged = rewritten(
        rewritten(path, "rows.csv", lambda _: text), "certificate.json", lambda _: encode(told)
    )
    assert bench.failed(forged) == ["ledger"]


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"nothing at all"])
def test_another_file_is_no_certificate(bench: Bench, content: bytes) -> None:
    other = bench.folder / "other.zip"
    other.write_bytes(content)
    with pytest.raises(Refused, match=r"certificate\.not_one"):
        bench.certificates.verify(other)


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("certificate.json", lambda t: "{" * 9),
        ("certificate.json", lambda t: t.replace("koodesk-certificate-1", "koodesk-certificate-9")),
        ("certificate.json", lambda t: t.replace('"kind":"smart"', '"kind":"other"')),
        ("certificate.json", lambda t: json.dumps([1])),
        ("certificate.json", lambda t: t.replace('"imported":30', '"imported":"many"')),
        ("rows.csv", lambda t: t + "x" * 5_000),
        ("rows.csv", lambda t: t + "y" * 50_000),
        ("rows.csv", lambda t: "a,b\n1,2\n"),
        ("rows.csv", lambda t: t + "13800000000,sent_once\n"),
        ("rows.csv", lambda t: t.replace(",0\n", ",zero\n", 1)),
    ],
)
def test_a_broken_certificate_is_a_refusal(bench: Bench, member: str, change: Callable[[str], str]) -> None:
    with pytest.raises(Refused, match=r"certificate\.not_one"):
        bench.certificates.verify(rewritten(bench.make(), member, change))


def test_a_record_that_says_otherwise_is_told(bench: Bench) -> None:
    bench.record.left_out = 2
    bench.record.more = [("other-000000", "m", "somebody"), ("other-000001", "n", "somebody")]
    path = bench.make()
    witness = head(path).witness
    assert (witness.missing, witness.foreign, witness.repeated, witness.agrees) == (2, 2, 1, False)
    assert bench.failed(path) == ["record"]


def test_another_workspace_cannot_tell(bench: Bench, tmp_path: Path) -> None:
    path = bench.make()
    (tmp_path / "other").mkdir()
    other = open_workshop(tmp_path / "other", ScriptedGateway())
    there = Certificates(
        Access(RULES, RULES.local_owner()), other.ledger, SqlEvidence(other.database), {}, lambda: 0
    )
    checks = {check.check: check.outcome for check in there.verify(path).checks}
    assert (checks["ledger"], checks["record"], checks["row_digest"]) == ("unknown", "unknown", "holds")
    other.database.close()


def test_a_running_campaign_has_none(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path)
    campaign = workshop.confirm(30)
    certificates = Certificates(
        Access(RULES, RULES.local_owner()), workshop.ledger, SqlEvidence(workshop.database), {}, lambda: 0
    )
    with pytest.raises(Refused, match=r"certificate\.not_finished"):
        certificates.prepare_export(campaign, "audit")
    with pytest.raises(Refused, match=r"campaign\.export\.reason"):
        certificates.prepare_export(campaign, " ")
    workshop.database.close()


@pytest.mark.both_databases
def test_what_is_unknown_is_said_and_what_a_person_decided_has_no_message_id(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Unknown("timeout"), Unknown("timeout"), klass=GatewayClass.BLIND)
    bench.record.left_out = 0
    told = head(bench.make("open.zip"))
    assert (told.count(Standing.UNKNOWN), told.count(Standing.SENT_ONCE)) == (20, 10)
    ledger = SqlUnknown(bench.workshop.database)
    uuid, _ = ledger.about(bench.campaign)
    digest = decision_digest(uuid, Decision.SENT, "seen", ledger.facts(bench.campaign, (1,)))
    ledger.decide(bench.campaign, Decision.SENT, (1,), "seen", digest, bench.workshop.clock.now_ms(), "Li")
    give_up(bench.workshop.database, bench.campaign, bench.workshop.clock.now_ms())
    bench.workshop.run(bench.campaign)
    path = bench.make("closed.zip")
    codes = {(line.standing, line.code): line.count for line in head(path).lines}
    assert codes == {
        ("sent_once", ""): 10,
        ("sent_once", "counted_sent"): 10,
        ("not_sent", "counted_not_sent"): 10,
    }
    with zipfile.ZipFile(path) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("rows.csv").decode())))
    assert all((row["message_id"] == "") == (row["code"] != "") for row in rows)
    assert bench.failed(path) == []
    assert bench.failed(tmp_path / "open.zip") == ["ledger"], "the ledger has moved on since"
    bench.workshop.database.close()


def test_the_rows_alone_and_rights(bench: Bench) -> None:
    target = bench.make("rows.csv")
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 30
    with pytest.raises(Refused, match=r"export\.kind"):
        bench.make("page.pdf")
    reader = Certificates(
        Access(RULES, RULES.principal("Wu", ("KooMessage ReadOnlyAccess",))),
        bench.workshop.ledger,
        SqlEvidence(bench.workshop.database),
        {},
        lambda: 0,
    )
    with pytest.raises(Refused, match=r"access\.denied"):
        reader.prepare_export(bench.campaign, "audit")
    assert reader.verify(bench.make()).good
