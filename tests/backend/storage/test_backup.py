# SPDX-License-Identifier: Apache-2.0
"""Backups: what goes in comes out, what a stranger made is refused, and a break leaves one whole workspace or none."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from koodesk.backend.bootstrap import open_service, restore_over
from koodesk.backend.storage import backup, backup_check
from koodesk.backend.storage.database import Database
from koodesk.backend.workspace import Workspace
from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.problem import Refused
from tests.backend.storage.test_old_workspaces import FIXTURES

PICTURE = bytes(range(256)) * 300


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a campaign that was sent, a picture, a paper and settings."""
    made = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURES / "v3-workspace.db", made.database)
    digest = content_digest(PICTURE)
    (made.materials / f"{digest}.png").write_bytes(PICTURE)
    (made.materials / "thumbnails").mkdir()
    (made.materials / "thumbnails" / f"{digest}.png").write_bytes(b"small")
    (made.papers / content_digest(b"paper")).write_bytes(b"paper")
    (made.materials / ".new-half").write_bytes(b"half a picture")
    made.settings.write_text('{"version": 1, "settings": {"language": "en"}}', "utf-8")
    with open_service(made):
        pass
    engine = sqlite3.connect(made.engine / "engine.db")
    with closing(engine), engine:
        engine.executescript((FIXTURES / "v2-engine.sql").read_text("utf-8"))
    return made


@pytest.fixture
def archive(workspace: Workspace, tmp_path: Path) -> Path:
    with open_service(workspace) as service:
        service.backups.create(tmp_path / "a.koobackup")
    return tmp_path / "a.koobackup"


def tree(root: Path) -> dict[str, bytes]:
    """Return every file of a workspace that a backup holds, but the databases."""
    found = {}
    for folder in ("materials", "papers"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found | {"settings.json": (root / "settings.json").read_bytes()}


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if "sqlite_stat" not in line]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_what_goes_in_comes_out(workspace: Workspace, archive: Path, tmp_path: Path) -> None:
    new = Workspace(tmp_path / "elsewhere" / "new")
    with open_service(workspace) as service:
        view = service.backups.verify(archive)
        assert (view.materials, view.papers, view.engine) == (1, 1, True)
        before = [row.uuid for row in service.campaigns.list()]
        service.backups.restore(archive, new.root)
    assert tree(new.root) == tree(workspace.root)
    assert dump(new.engine / "engine.db") == dump(workspace.engine / "engine.db")
    assert not (new.root / "worker.generation").exists()
    with open_service(new) as service:
        assert [row.uuid for row in service.campaigns.list()] == before
        assert service.campaigns.buckets(service.campaigns.list()[0].id).accepted == 60


def test_names_that_are_nobodys_stay_out(archive: Path) -> None:
    with zipfile.ZipFile(archive) as package:
        manifest = json.loads(package.read(backup_check.MANIFEST))
    assert not [name for _, name, _, _ in manifest["files"] if ".new-" in name]
    assert archive.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


@pytest.mark.parametrize("kind", ["file", "full folder"])
def test_a_folder_in_use_is_left_alone(
    workspace: Workspace, archive: Path, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / "there"
    if kind == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").write_text("mine")
    with open_service(workspace) as service, pytest.raises(Refused) as refused:
        service.backups.restore(archive, target)
    assert codes(refused) == ["backup.folder_in_use"]
    assert (target if kind == "file" else target / "mine").read_text() == "mine"


def test_an_empty_folder_will_do(workspace: Workspace, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with open_service(workspace) as service:
        service.backups.restore(archive, tmp_path / "there")
    assert (tmp_path / "there" / "koodesk.db").exists()


# --- archives of strangers ---------------------------------------------------------------------------------------

Members = dict[str, bytes]
Change = Callable[[Members, dict[str, Any]], None]


def remade(archive: Path, change: Change, *, resealed: bool = True) -> None:
    """Write an archive anew with other members or another manifest."""
    with zipfile.ZipFile(archive) as package:
        members = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(members.pop(backup_check.MANIFEST))
    manifest.pop("seal")
    change(members, manifest)
    seal = content_digest(canonical(manifest)) if resealed else "0" * 64
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
        if manifest:
            package.writestr(backup_check.MANIFEST, json.dumps({**manifest, "seal": seal}))


def named(name: str, area: str = "materials") -> Change:
    def change(_members: Members, manifest: dict[str, Any]) -> None:
        for file in manifest["files"]:
            if file[0] == "materials" and not file[1].startswith("thumb"):
                file[0], file[1] = area, name

    return change


def set_to(key: str, value: object) -> Change:
    def change(_members: Members, manifest: dict[str, Any]) -> None:
        manifest[key] = value

    return change


def database(work: Callable[[sqlite3.Connection], object], area: str = "desk") -> Change:
    def change(members: Members, manifest: dict[str, Any]) -> None:
        (file,) = (one for one in manifest["files"] if one[0] == area)
        connection = sqlite3.connect(":memory:")
        with closing(connection):
            connection.deserialize(members.pop(f"blobs/{file[2]}"))
            work(connection)
            connection.commit()
            data = bytes(connection.serialize())
        file[2], file[3] = content_digest(data), len(data)
        members[f"blobs/{file[2]}"] = data

    return change


def without_blob(members: Members, _manifest: dict[str, Any]) -> None:
    members.pop(next(name for name in members if name.startswith("blobs/")))


def more(name: str) -> Change:
    def change(members: Members, _manifest: dict[str, Any]) -> None:
        members[name] = b"x"

    return change


def longer(members: Members, _manifest: dict[str, Any]) -> None:
    name = next(iter(members))
    members[name] += b"more than the manifest says"


def swapped(members: Members, manifest: dict[str, Any]) -> None:
    (file,) = (one for one in manifest["files"] if one[0] == "papers")
    members[f"blobs/{file[2]}"] = b"PAPER"


def bomb(members: Members, manifest: dict[str, Any]) -> None:
    data = b"\0" * (128 * 1_048_576)
    digest = content_digest(data)
    manifest["files"].append(["papers", digest, digest, len(data)])
    members[f"blobs/{digest}"] = data


def nothing(_members: Members, manifest: dict[str, Any]) -> None:
    manifest.clear()


HOSTILE: list[tuple[str, Change, str]] = [
    ("another program's", set_to("application", 1), "backup.foreign"),
    ("a newer one", set_to("version", 2), "backup.newer"),
    ("another format", set_to("format", "zip"), "backup.damaged"),
    ("no list of files", set_to("files", None), "backup.damaged"),
    ("sizes that are no numbers", set_to("files", [["desk", "koodesk.db", "0" * 64, "x"]]), "backup.damaged"),
    ("no database", set_to("files", []), "backup.damaged"),
    ("no manifest", nothing, "backup.not_one"),
    ("a way out", named("../../etc/cron.d/x"), "backup.foreign_member"),
    ("an absolute path", named("/tmp/x"), "backup.foreign_member"),
    ("a drive", named("C:\\x"), "backup.foreign_member"),
    ("a folder deeper", named("thumbnails/../../x.png"), "backup.foreign_member"),
    ("another's place", named("worker.generation", "settings"), "backup.foreign_member"),
    ("an unknown area", named("x", "home"), "backup.foreign_member"),
    ("twice the same place", named("koodesk.db", "desk"), "backup.foreign_member"),
    ("a member of another name", more("evil.sh"), "backup.foreign_member"),
    ("a member that climbs", more("../evil"), "backup.foreign_member"),
    ("a missing content", without_blob, "backup.damaged"),
    ("a longer content", longer, "backup.damaged"),
    ("another content of the same length", swapped, "backup.damaged"),
    ("a bomb", bomb, "backup.bomb"),
    (
        "another program's database",
        database(lambda c: c.execute("PRAGMA application_id=1")),
        "backup.foreign",
    ),
    ("a newer database", database(lambda c: c.execute("PRAGMA user_version=99")), "backup.newer"),
    (
        "a trigger of a stranger",
        database(lambda c: c.execute("CREATE TRIGGER t AFTER INSERT ON sent BEGIN DELETE FROM opt_out; END")),
        "backup.foreign_schema",
    ),
    (
        "a guard that guards nothing",
        database(
            lambda c: c.executescript(
                "DROP TRIGGER sent_no_update; CREATE TRIGGER sent_no_update BEFORE UPDATE ON sent BEGIN SELECT 1; END"
            )
        ),
        "backup.foreign_schema",
    ),
    (
        "a view of a stranger",
        database(lambda c: c.execute("CREATE VIEW v AS SELECT 1")),
        "backup.foreign_schema",
    ),
    (
        "another engine",
        database(lambda c: c.execute("PRAGMA application_id=1"), "engine"),
        "backup.foreign",
    ),
    (
        "an engine's guard that guards nothing",
        database(
            lambda c: c.executescript(
                "DROP TRIGGER acceptance_no_delete; "
                "CREATE TRIGGER acceptance_no_delete BEFORE DELETE ON acceptance BEGIN SELECT 1; END"
            ),
            "engine",
        ),
        "backup.foreign_schema",
    ),
]


def test_an_engine_of_today_goes_in(workspace: Workspace, tmp_path: Path) -> None:
    from koodesk.engine.schema import open_database

    (workspace.engine / "engine.db").unlink()
    open_database(workspace.engine).close()
    with open_service(workspace) as service:
        service.backups.create(tmp_path / "today.koobackup")
        assert service.backups.verify(tmp_path / "today.koobackup").engine


@pytest.mark.parametrize(("change", "code"), [pytest.param(c, code, id=name) for name, c, code in HOSTILE])
def test_archives_of_strangers(archive: Path, tmp_path: Path, change: Change, code: str) -> None:
    remade(archive, change)
    with pytest.raises(Refused) as refused:
        backup.verify(archive)
    assert codes(refused) == [code]
    target = tmp_path / "in" / "ws"
    with pytest.raises(Refused):
        backup.restore_new(archive, target)
    assert list((tmp_path / "in").iterdir()) == [], "nothing is left of it, in its place or beside it"


def test_a_manifest_that_was_touched(archive: Path) -> None:
    remade(archive, lambda _m, _t: None, resealed=False)
    with pytest.raises(Refused, match=r"backup\.damaged"):
        backup.verify(archive)


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all", b"PK\x05\x06" + b"\0" * 18])
def test_files_that_are_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.koobackup").write_bytes(content)
    with pytest.raises(Refused, match=r"backup\.not_one"):
        backup.verify(tmp_path / "x.koobackup")
    with pytest.raises(Refused, match=r"backup\.not_found"):
        backup.verify(tmp_path / "y.koobackup")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_half_a_backup(archive: Path, part: float) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(Refused, match=r"backup\."):
        backup.verify(archive)


def test_a_changed_bit_is_found_wherever_it_is(archive: Path) -> None:
    """Each of many single bits, all over the file: refused, or read as exactly what was written."""
    data = bytearray(archive.read_bytes())
    good = backup.verify(archive)
    step = max(1, len(data) // 120)
    for place in range(0, len(data), step):
        data[place] ^= 1 << (place % 8)
        archive.write_bytes(data)
        with suppress(Refused):
            assert backup.verify(archive) == good, f"bit at {place} changes what is read and is not found"
        data[place] ^= 1 << (place % 8)


# --- breaks --------------------------------------------------------------------------------------------------------


def test_who_cancels_has_no_backup(workspace: Workspace, tmp_path: Path) -> None:
    asked = 0

    def cancel() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with open_service(workspace) as service, pytest.raises(Refused, match=r"backup\.cancelled"):
        service.backups.create(tmp_path / "b.koobackup", cancel=cancel)
    assert [path.name for path in tmp_path.iterdir()] == ["ws"]


_KILLED = """
import sys
from pathlib import Path
from koodesk.backend.storage import backup
from koodesk.backend.workspace import Workspace
told = 0
def say(progress):
    global told
    told += 1
    if told == int(sys.argv[4]):  # here it is killed, and goes no further
        print("here", flush=True)
        sys.stdin.readline()
{call}
"""


@pytest.mark.crash
@pytest.mark.skipif(sys.platform == "win32", reason="a kill by signal")
@pytest.mark.parametrize("after", [1, 2, 4])
@pytest.mark.parametrize("what", ["create", "restore", "over"])
def test_a_kill_leaves_a_whole_one_or_none(
    workspace: Workspace, archive: Path, tmp_path: Path, what: str, after: int
) -> None:
    before, rows = tree(workspace.root), dump(workspace.database)
    calls = {
        "create": "backup.write(Workspace(Path(sys.argv[1])), Path(sys.argv[3]) / 'k.koobackup', 1, engine=None, report=say)",
        "restore": "backup.restore_new(Path(sys.argv[2]), Path(sys.argv[3]) / 'new', report=say)",
        "over": "backup.restore_over(Path(sys.argv[2]), Workspace(Path(sys.argv[1])), report=say)",
    }
    script = _KILLED.format(call=calls[what])
    out = tmp_path / "out"
    out.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", script, str(workspace.root), str(archive), str(out), str(after)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n", "it was over before"
        child.send_signal(signal.SIGKILL)
    assert not (out / "k.koobackup").exists()
    assert not (out / "new").exists()
    assert tree(workspace.root) == before
    assert dump(workspace.database) == rows
    with open_service(workspace) as service:
        assert service.campaigns.list()
    assert backup.verify(archive).files


def test_over_the_present_one(workspace: Workspace, archive: Path) -> None:
    """What was done since is undone, the engine's record stays, and the generation says that this is an older copy."""
    with open_service(workspace) as service:
        service.settings.set({"frequency_per_day": 1})
    (workspace.materials / f"{'a' * 64}.png").write_bytes(b"later")
    (workspace.root / "worker.generation").write_text('{"workspace": "w", "generation": 99}')
    engine = sqlite3.connect(workspace.engine / "engine.db")
    with closing(engine), engine:
        engine.execute("INSERT INTO meta VALUES ('since', '1')")
    restore_over(workspace, archive)
    with open_service(workspace) as service:
        assert service.settings.get().value("frequency_per_day") == 2
    assert (workspace.materials / f"{'a' * 64}.png").exists(), "nothing is taken away"
    assert "generation" in (workspace.root / "worker.generation").read_text()
    with closing(sqlite3.connect(workspace.engine / "engine.db")) as connection:
        assert connection.execute("SELECT value FROM meta WHERE name = 'since'").fetchone() == ("1",)
    assert not [path for path in workspace.root.iterdir() if "restoring" in path.name]


def test_one_that_is_open_is_not_restored_over(workspace: Workspace, archive: Path) -> None:
    database = Database(workspace.database)
    try:
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO workspace_setting VALUES ('x', '1', 'y', 1)")
            with pytest.raises(Refused, match=r"backup\.in_use"):
                restore_over(workspace, archive)
    finally:
        database.close()


def test_one_with_a_worker_is_not_restored_over(workspace: Workspace, archive: Path) -> None:
    from koodesk.backend.sending.lock import WorkerLock

    with WorkerLock(workspace.worker_lock), pytest.raises(Refused, match=r"worker\.held"):
        restore_over(workspace, archive)


# --- before a migration --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2, 3])
def test_the_database_of_before_is_kept(tmp_path: Path, version: int) -> None:
    workspace = Workspace(tmp_path).create()
    shutil.copy(FIXTURES / f"v{version}-workspace.db", workspace.database)
    rows = dump(workspace.database)
    with open_service(workspace):
        pass
    (kept,) = workspace.backups.glob("*.db")
    assert f"schema-{version}" in kept.name
    assert dump(kept) == rows
    with open_service(workspace):
        pass
    assert len(list(workspace.backups.glob("*.db"))) == 1, "only before a migration"


def test_without_room_for_the_copy_nothing_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path).create()
    shutil.copy(FIXTURES / "v3-workspace.db", workspace.database)
    workspace.backups.parent.mkdir(exist_ok=True)
    workspace.backups.write_text("a file where the folder should be")
    with pytest.raises(Refused, match=r"backup\.not_writable"), open_service(workspace):
        pass
    with closing(sqlite3.connect(workspace.database)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)


def test_the_engines_database_of_before_is_kept(tmp_path: Path) -> None:
    from koodesk.engine.schema import open_database

    engine = sqlite3.connect(tmp_path / "engine.db")
    with closing(engine), engine:
        engine.executescript((FIXTURES / "v2-engine.sql").read_text("utf-8"))
    rows = dump(tmp_path / "engine.db")
    open_database(tmp_path).close()
    (kept,) = tmp_path.glob("engine-before-*.db")
    assert dump(kept) == rows
    open_database(tmp_path).close()
    assert len(list(tmp_path.glob("engine-before-*.db"))) == 1


def test_backups_are_listed(workspace: Workspace) -> None:
    with open_service(workspace) as service:
        made = service.backups.create()
        assert [row.name for row in service.backups.list()] == [made.name]
        assert service.backups.verify(Path(made.path)).name == made.name
        with pytest.raises(Refused, match=r"backup\.exists"):
            service.backups.create(Path(made.path))
        with pytest.raises(Refused, match=r"backup\.suffix"):
            service.backups.create(workspace.root / "x.zip")
    assert time.time_ns() // 1_000_000 - made.created_ms < 600_000
