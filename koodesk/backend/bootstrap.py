# SPDX-License-Identifier: Apache-2.0
"""Builds the service of a workspace, of the parts that `wiring` puts together by subject.

Opening touches the workspace's folder and database and nothing else. No engine is started: `service.engine
.ensure_running()` does that, and until then whatever needs one is refused with gateway.unreachable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from koodesk import paths
from koodesk.backend.database_address import is_a_teams, keep_address, with_password
from koodesk.backend.gateways.engine_links import EngineLinks
from koodesk.backend.operations.audience_check import NumberFileCheck
from koodesk.backend.operations.backups import Backups, view_of
from koodesk.backend.operations.engine import Engine
from koodesk.backend.operations.h5_pages import H5Pages
from koodesk.backend.operations.row_check import RowCheck
from koodesk.backend.operations.search import Search
from koodesk.backend.operations.video_check import VideoCheck
from koodesk.backend.ports.exports import TablePrinter
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.readers.number_files import XlsxNumberFiles
from koodesk.backend.readers.row_files import ChildRowFiles
from koodesk.backend.readers.video_files import ChildVideos
from koodesk.backend.sending.lock import WorkerLock, end_holder
from koodesk.backend.service import Service
from koodesk.backend.storage import backup, moving
from koodesk.backend.storage.backup_files import WorkspaceBackups
from koodesk.backend.storage.opening import open_database, secrets_of
from koodesk.backend.storage.postgres.moving import MovedTable
from koodesk.backend.storage.postgres.moving import move as move_rows
from koodesk.backend.storage.stores.search import SqlSearchStore
from koodesk.backend.views.desk import BackupRow, BackupView
from koodesk.backend.views.identity import OFFERED
from koodesk.backend.wiring import clearing, ground, once, people, sending, studio, team
from koodesk.backend.wiring import place as place_of_storage
from koodesk.backend.wiring.ground import Ground, Words
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import AccessRules, Principal
from koodesk.domain.audit import Outcome
from koodesk.domain.problem import Refused, problem
from koodesk.rule_packs import default_shelf


def access_rules() -> AccessRules:
    """Read the actions and system policies that ship."""
    return ground.access_rules()


def number_file_check(words: Words = str) -> NumberFileCheck:
    """Build the check of a number file that needs no workspace."""
    return NumberFileCheck(XlsxNumberFiles(), words)


def row_check() -> RowCheck:
    """Build the worst-row finder that needs no workspace."""
    return RowCheck(ChildRowFiles(), default_shelf().in_use().pack, ground.sms_rules().template)


def video_check() -> VideoCheck:
    """Build the check of a video that needs no workspace."""
    return VideoCheck(ChildVideos())


MOVED_NAME: Final = "koodesk-moved-to-postgresql.db"
"""What a file is called whose workspace went to a team's database."""


def open_service(
    workspace: Workspace,
    principal: Principal | None = None,
    *,
    words: Words = str,
    place: str = "",
    printer: TablePrinter | None = None,
    url: str | None = None,
) -> Service:
    """Open a workspace, made where it is missing.

    Without a principal it is who shows credentials (`views.identity.OFFERED`), else the main account while it has no
    password, else nobody: then one signs in (`service.signing_in`). Without `words` exports name problems by their codes;
    `place` is what the audit log says of where things were done; `printer` makes PDFs of reports, without one there are none; `url` is a team's
    database ("" for the file), left out it is what `KOODESK_DATABASE_URL` says. Raises Refused: storage.* (the database cannot be opened,
    is another program's, or newer), session.* (credentials that are not right).
    """
    workspace.create()
    database = open_database(workspace, url=url)
    try:
        offer = OFFERED.get()
        place = place or ("service" if offer is None else "command")
        database.prepare()
        service = _build(ground.lay(workspace, database, principal, words, place), printer)
        if principal is None:
            service.signing_in.begin(offer() if offer is not None else None)
        return service
    except BaseException:
        database.close()
        raise


def replace_workspace(
    workspace: Workspace, archive: Path, principal: Principal | None = None
) -> tuple[BackupView, BackupRow]:
    """Put a backup in the place of a workspace, as the main account; return what it holds, and the backup taken before.

    The restored audit log says who did it, and how the one that went with the workspace ended: that one is in the backup taken
    before. Raises Refused: access.denied, and as `restore_over`.
    """
    with open_service(workspace, principal) as service:
        who = service.access.principal
        head = service.audit.verify().head if who.main else ""
        kept = service.backups.before_replacing(archive)
    view = restore_over(workspace, archive)
    ended = ":".join(
        head[place : place + 4] for place in range(0, len(head), 4)
    )  # no row of digits to be cut
    with open_service(workspace, who) as service:
        subject = f"{archive.name}; kept={kept.name}; audit={ended}"
        service.access.record("koodesk:backup:replace", Outcome.DONE, who=who, subject=subject)
    return view, kept


def restore_over(workspace: Workspace, archive: Path) -> BackupView:
    """Put a backup in the place of a workspace that nobody has open; `replace_workspace` asks for the right before.

    Raises Refused: worker.held, backup.in_use, backup.*.
    """
    if is_a_teams(workspace.root):
        raise Refused(problem("backup.of_a_team"))
    with WorkerLock(workspace.worker_lock):
        return view_of(archive, backup.restore_over(archive, workspace))


def move_to_team(
    workspace: Workspace,
    url: str,
    progress: Report = silent,
    cancel: Cancel = never,
    *,
    password: str = "",
    end_worker: bool = False,
) -> tuple[MovedTable, ...]:
    """Move a workspace's file into an empty database of PostgreSQL; whoever calls asked for the right. From then on the
    workspace keeps that database's address. The file stays among the backups, under another name, so that it is not gone on
    with by mistake. `password` is that of an address without one; `end_worker` asks a worker that runs to end its calls and
    go first.

    Raises Refused: worker.held, backup.in_use, move.*, storage.*; then the file is what it was, and the database empty.
    """
    url = with_password(url, password)
    if end_worker:
        end_holder(workspace.worker_lock)
    with WorkerLock(workspace.worker_lock):
        team = open_database(workspace, url=url or "-")  # no address is none of a database's
        backup.settle(workspace.database)
        file = open_database(workspace, url="")
        try:
            file.prepare()
            team.prepare()
            with file.read() as given, team.write() as taken:
                moved = move_rows(given, taken, team.place(taken), progress, cancel)
        finally:
            team.close()
            file.close()
        backup.settle(workspace.database)
        keep_address(
            workspace.root, url, secrets_of(workspace)
        )  # before the file goes: there is always one of the two
        workspace.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        workspace.database.replace(workspace.backups / MOVED_NAME)
        return moved


def move_workspace(
    workspace: Workspace,
    target: Path,
    report: Report = silent,
    cancel: Cancel = never,
    point: Callable[[str], None] = moving.nowhere,
) -> Workspace:
    """Move a workspace that nobody has open to another folder, ending its worker and engine first; return it at its new place.

    Whoever calls was told by `service.place.prepare_move` that she may. `point` is called at each named point of the move.
    Raises Refused: worker.held, engine.stop_timeout, workspace.*, storage.*; then it is where it was.
    """
    return place_of_storage.move(workspace, target, report, cancel, point)


def _build(base: Ground, printer: TablePrinter | None) -> Service:
    access, workspace = base.access, base.workspace
    identity, cloud_keys = people.people(base)
    money = people.money(base, identity["signing_in"], printer)
    gallery, records = studio.Gallery(base), clearing.account_records(base)
    cleared = clearing.clearing(base, gallery.materials, gallery.folder, records)
    sent = sending.sending(base, cleared["filings"])
    link_engine = EngineLinks(base.process.endpoint)
    pages = H5Pages(access, link_engine, gallery.pictures, gallery.materials.path)
    judged = studio.judged(base, gallery, pages, cleared, sent)
    handsets = studio.handsets(base, records)
    base.closers.append(link_engine.close)
    links = studio.links(base, link_engine, pages, judged["cards"])
    # The last wired is the first closed: exports end before what they read from.
    proof = once.once(base, printer)
    others = sending.Exported(identity["audit"], money["bills"], links["resolve_tasks"])
    results = sending.results(base, sent, others, printer, once.export_kinds(base, proof))
    return Service(
        workspace=workspace,
        access=access,
        materials=gallery.materials,
        engine=Engine(
            access,
            base.process,
            base.doors,
            base.worker,
            paths.resources() / "samples" / "faults",
            cloud_keys,
        ),
        plans=sending.plans(base, sent, cleared, judged["cards"]),
        place=place_of_storage.place(base),
        backups=Backups(access, WorkspaceBackups(workspace, shared=base.database.shared), base.clock),
        search=Search(access, SqlSearchStore(base.database)),
        h5=pages,
        workers=team.workers(base),
        database=team.database(base),
        closers=tuple(reversed(base.closers)),
        renew=lambda service: replace(service, **studio.judged(base, gallery, pages, cleared, sent)),
        **judged,
        **cleared,
        **sent,
        **proof,
        **results,
        **links,
        **handsets,
        **identity,
        **money,
    )
