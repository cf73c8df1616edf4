# SPDX-License-Identifier: Apache-2.0
"""Forty and more ways for the engine to fail, each with the buckets a campaign must end in, judged by the engine's own
append-only log: whatever the wire did, nobody is accepted twice, and the ledger says what the log says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.sending.worker import Worker
from koodesk.domain.fault_script import FaultScript, read_fault_script
from koodesk.domain.send_state import CampaignMove
from tests.crash.kill_site import Site
from tests.crash.real_engine import acceptances

pytestmark = [pytest.mark.slow, pytest.mark.crash]

COUNT, CHUNK = 20, 10
LITTLE, LONG = 0.4, 10.0
"""Seconds the desk waits for an answer: little where a call hangs, so that it costs little; long where an answer that is late on a
busy machine would be another story than the one that is told."""


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour: the rules, and the buckets it ends in. `late`: the engine's clock is run forward for those whom an answer
    left out. `accepted` and `refused` of -1 are as many as the engine's log says and the rest."""

    name: str
    rules: tuple[str, ...]
    accepted: int = COUNT
    refused: int = 0
    unknown: int = 0
    state: str = "finished"
    late: bool = False

    @property
    def patience(self) -> float:
        """How long the desk waits for an answer."""
        waits = any(f'"{does}"' in text for text in self.rules for does in ("hang", "hang_after", "slow"))
        return LITTLE if waits else LONG


def once(name: str, does: str, **keys: object) -> Case:
    """A fault that strikes the first attempt of every call, and no other."""
    return Case(name, (rule("send", does, attempts=1, **keys),))


def rule(on: str, does: str, **keys: object) -> str:
    """Write one rule."""
    lines = [
        f"{name.rstrip('_')} = {value!r}".replace("'", '"')
        for name, value in {"on": on, "does": does, **keys}.items()
    ]
    return "\n".join(("[[fault]]", *lines))


CASES = (
    # Nothing was done, and the desk is told so or has to guess: the call goes out again, and once is once.
    once("turned away busy", "status", status=503),
    once("turned away too many", "status", status=429),
    once("a gateway fails before", "status", status=502),
    once("a gateway times out before", "status", status=504),
    once("an error before", "status", status=500),
    once("a request timeout before", "status", status=408),
    once("the connection breaks before", "reset"),
    once("no answer before", "hang", wait="700ms"),
    Case("three failures in a row before", (rule("send", "reset", attempts=3),)),
    Case("half of the calls break before", (rule("send", "reset", share=0.5, attempts=2),)),
    Case("busy for a while", (rule("send", "status", status=503, until="1s"),)),
    # It was done, and the desk does not hear so.
    once("busy after", "status_after", status=503),
    once("too many after", "status_after", status=429),
    once("an error after", "status_after", status=500),
    once("a gateway fails after", "status_after", status=502),
    once("a gateway times out after", "status_after", status=504),
    once("the connection breaks after", "reset_after"),
    once("no answer after", "hang_after", wait="700ms"),
    Case("three broken answers in a row", (rule("send", "reset_after", attempts=3),)),
    Case("half of the answers are lost twice", (rule("send", "reset_after", share=0.5, attempts=2),)),
    once("half of an answer", "cut"),
    once("an answer that is no JSON", "garbled"),
    once("an answer that drips", "slow", wait="600ms"),
    once("an answer that drips too slowly", "slow", wait="16s"),
    Case(
        "first lost before, then lost after",
        (rule("send", "reset", attempts=1), rule("send", "hang_after", wait="700ms", attempts=2)),
    ),
    # An answer that does not say what was asked.
    Case("an answer about nobody", (rule("send", "empty", attempts=1),), late=True),
    Case("an answer leaves some out", (rule("send", "leave_out", part=0.5, attempts=1),), late=True),
    Case("an answer leaves all out", (rule("send", "leave_out", part=1.0, attempts=1),), late=True),
    Case(
        "an answer always leaves all out",
        (rule("send", "empty"),),
        accepted=0,
        unknown=COUNT,
        state="unclear",
    ),
    Case("an answer names a stranger", (rule("send", "foreign"),)),
    Case("an answer says everything twice", (rule("send", "twice"),)),
    Case("an answer in another order", (rule("send", "shuffled"),)),
    # The engine refuses.
    Case("a call refused whole", (rule("send", "refuse", share=0.5),), accepted=-1, refused=-1),
    Case("some refused", (rule("send", "refuse_some", part=0.3, code="E200028"),), -1, -1),
    Case("all refused one by one", (rule("send", "refuse_some", part=1.0),), accepted=0, refused=COUNT),
    Case(
        "some refused, and the answer is lost",
        (rule("send", "refuse_some", part=0.3), rule("send", "reset_after", attempts=1)),
        -1,
        -1,
    ),
    # Receipts: however they come, what was sent stays what was sent.
    Case("receipts: the reader is turned away", (rule("receipts", "status", status=503, attempts=3),)),
    Case("receipts: the connection breaks", (rule("receipts", "reset", attempts=3),)),
    Case("receipts: half a page", (rule("receipts", "cut", attempts=3),)),
    Case("receipts: a page that is no JSON", (rule("receipts", "garbled", attempts=3),)),
    Case("receipts: a page without its list", (rule("receipts", "empty", attempts=3),)),
    Case("receipts: everything twice", (rule("receipts", "twice"),)),
    Case("receipts: another order", (rule("receipts", "shuffled"),)),
    Case("receipts: of messages nobody sent", (rule("receipts", "foreign"),)),
    Case("receipts: half of them never come", (rule("receipts", "leave_out", part=0.5),)),
)


def test_there_are_forty_and_more() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40
    assert len({case.rules for case in CASES}) == len(CASES)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all cases; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("faults"))
    yield made
    made.close()


@pytest.fixture
def gateway(site: Site, request: pytest.FixtureRequest) -> Iterator[LocalGateway]:
    """The desk's side of the wire, as patient as a case wants."""
    case = getattr(request.node, "callspec", None)
    made = LocalGateway(site.process.endpoint, case.params["case"].patience if case else LONG)
    yield made
    made.close()
    site.doors.put_faults(FaultScript())


def script(*rules: str, seed: int = 7) -> FaultScript:
    """Read a script as a file of these rules."""
    return read_fault_script("\n".join((f"seed = {seed}", *rules)))


def send(site: Site, gateway: LocalGateway, campaign: int) -> None:
    """Let a worker send until the campaign waits for something else."""
    Worker(site.ledger, gateway).run_until_idle(campaign)


@contextmanager
def working(site: Site, gateway: LocalGateway) -> Iterator[threading.Event]:
    """Have a worker at work meanwhile; what is yielded is a wait that ends with it."""
    stop = threading.Event()
    worker = threading.Thread(target=Worker(site.ledger, gateway).run_forever, args=(stop,))
    worker.start()
    try:
        yield stop
    finally:
        stop.set()
        worker.join()


def settle_later(site: Site, gateway: LocalGateway, campaign: int) -> None:
    """Run the engine's clock forward, again and again, until the desk has asked about everybody and is done."""
    end = time.monotonic() + 60
    with working(site, gateway) as stop:
        while site.ledger.campaign(campaign).state in ("running", "unclear", "stopping"):
            assert time.monotonic() < end, site.ledger.buckets(campaign)
            site.doors.forward(11 * 60_000)
            stop.wait(0.2)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_behaviour_ends_in_its_buckets(site: Site, gateway: LocalGateway, case: Case) -> None:
    campaign = site.confirm(case.name, COUNT, CHUNK)
    site.doors.put_faults(script(*case.rules))
    send(site, gateway, campaign)
    if case.late:
        assert site.ledger.buckets(campaign).unknown > 0, "nobody was left out"
        settle_later(site, gateway, campaign)
    counts = acceptances(site.workspace, case.name)
    assert max(counts.values(), default=1) == 1, "twice"
    buckets = site.ledger.buckets(campaign)
    assert buckets == site.ledger.recount(campaign)
    accepted = case.accepted if case.accepted >= 0 else len(counts)
    refused = case.refused if case.refused >= 0 else COUNT - len(counts)
    assert (buckets.accepted, buckets.refused, buckets.unknown) == (accepted, refused, case.unknown)
    if not case.unknown:
        assert len(counts) == accepted, "lost"
    if case.refused < 0:
        assert 0 < refused < COUNT, "the case shows nothing"
    assert site.ledger.campaign(campaign).state == case.state


def test_a_list_is_not_burnt(site: Site, gateway: LocalGateway) -> None:
    """Calls that are refused whole one after the other pause the campaign: most of the list never leaves."""
    campaign = site.confirm("burnt", 400, CHUNK)
    site.doors.put_faults(script(rule("send", "refuse", code="E200015")))
    send(site, gateway, campaign)
    buckets = site.ledger.buckets(campaign)
    assert (buckets.accepted, buckets.unknown, acceptances(site.workspace, "burnt")) == (0, 0, {})
    assert buckets.pending >= 300
    row = site.ledger.campaign(campaign)
    assert row.state == "paused"


def test_what_never_answers_is_settled_after_a_stop(site: Site, gateway: LocalGateway) -> None:
    """Every answer is lost for ever, and so is the first look-up: a stop asks again, and finds all of them."""
    campaign = site.confirm("stopped", COUNT, CHUNK)
    site.doors.put_faults(script(rule("send", "reset_after"), rule("look_up", "reset", attempts=1)))
    with working(site, gateway) as stop:
        while len(acceptances(site.workspace, "stopped")) < COUNT:
            stop.wait(0.05)
    assert site.ledger.buckets(campaign).unknown == COUNT
    site.ledger.move(campaign, CampaignMove.STOP, site.doors.status().now_ms, by="test")
    settle_later(site, gateway, campaign)
    assert site.ledger.buckets(campaign).accepted == COUNT
    assert max(acceptances(site.workspace, "stopped").values()) == 1


def test_a_script_played_again_strikes_the_same_calls(site: Site, gateway: LocalGateway) -> None:
    found = []
    for name in ("first", "second"):
        campaign = site.confirm(f"again-{name}", COUNT, CHUNK)
        site.doors.put_faults(script(rule("send", "refuse_some", share=0.5, part=0.4), seed=11))
        send(site, gateway, campaign)
        rows = list(site.ledger.full_rows(campaign, site.doors.status().now_ms))
        first = min(int(row.number) for row in rows)
        found.append([(int(row.number) - first, row.bucket) for row in rows])
    assert found[0] == found[1]
    assert {bucket for _, bucket in found[0]} == {"accepted", "refused"}


def test_a_script_outlives_the_engine(site: Site, gateway: LocalGateway) -> None:
    given = script(rule("send", "reset_after", attempts=1))
    site.doors.put_faults(given)
    site.kill_engine()
    site.process.ensure_running()
    assert site.doors.faults().script == given
