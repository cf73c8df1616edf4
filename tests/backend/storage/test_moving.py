# SPDX-License-Identifier: Apache-2.0
"""A workspace moved to another folder: everything is there and compared, refusals change nothing, and a kill at any named
point leaves the old or the new one in use, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from koodesk.backend import bootstrap
from koodesk.backend.ports.progress import Progress
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.lock import WorkerLock, end_holder
from koodesk.backend.storage import moving
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.network_paths import kind_of
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.backend.workspace_marks import MOVED, MOVING, in_use, read_mark, write_mark
from koodesk.domain.problem import Refused

POINTS = ("begun", "files", "desk", "engine", "checked", "whole", "switched")
FILES = {
    "materials/ab/ab12.png": b"\x89PNG" + bytes(range(256)) * 9_000,
    "papers/cd34.pdf": b"%PDF" + b"x" * 70_000,
    "recovery/tpl-1.log": b"typed and not saved",
    "exports/列表.xlsx": b"PK",
    "backups/koodesk-1.koobackup": b"PK",
    "settings.json": b'{"version": 1, "settings": {"theme": "dark"}}',
    "empty": b"",
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A workspace with a file of every kind, a ledger a worker has seen, and an engine's database."""
    root = tmp_path / "old"
    with bootstrap.open_service(Workspace(root)) as service:
        service.settings.set({"frequency_per_day": 1})
    for name, data in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / ".abc.owner").write_bytes(b"")
    database = Database(root / "koodesk.db")
    assert Fence(Workspace(root).generation).enter(SqlLedger(database))
    database.close()
    engine = root / "engine" / "engine.db"
    module = sqlite_module()
    connection = module.connect(engine)
    connection.executescript(
        "CREATE TABLE acceptance (message INTEGER); INSERT INTO acceptance VALUES (1), (2), (3);"
    )
    connection.close()
    return root


def whole(root: Path) -> None:
    """Check that a folder is the workspace, with all that was in it."""
    for name, data in FILES.items():
        assert (root / name).read_bytes() == data, name
    with bootstrap.open_service(Workspace(root)) as service:
        assert service.settings.get().value("frequency_per_day") == 1
    connection = sqlite_module().connect(root / "engine" / "engine.db")
    assert connection.execute("SELECT count(*) FROM acceptance").fetchone() == (3,)
    connection.close()


def trusted(root: Path) -> bool:
    """Tell whether a worker takes the workspace for what the last worker left."""
    database = Database(root / "koodesk.db")
    try:
        return Fence(root / "worker.generation").enter(SqlLedger(database))
    finally:
        database.close()


def code(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.problems[0].code


def test_everything_moves_and_the_old_place_leads_to_the_new(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "disk" / "new"
    told: list[Progress] = []
    passed: list[str] = []
    moved = bootstrap.move_workspace(Workspace(old), new, told.append, point=passed.append)
    assert moved.root == new
    assert tuple(passed) == POINTS
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert told[-1].done == told[-1].total
    assert Workspace(old).root == new, "whoever names the old place gets the new one"
    whole(new)
    assert not (new / ".abc.owner").exists(), "a sign of life is no file of the workspace"
    assert not (new / MOVING).exists()
    assert trusted(new), "it is the same workspace and asks nobody"


def test_the_old_files_stay_until_one_asks_and_would_ask_a_person_if_used_again(
    old: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    bootstrap.move_workspace(Workspace(old), new)
    for name, data in FILES.items():
        assert (old / name).read_bytes() == data
    assert not trusted(old), "a copy that somebody brings back is not taken for the workspace"
    with bootstrap.open_service(Workspace(old)) as service:
        view = service.place.get()
        assert (view.folder, view.old) == (str(new), str(old))
        assert view.old_size > sum(map(len, FILES.values()))
        assert service.place.remove_left()
        assert not service.place.remove_left()
        assert service.place.get().old == ""
    assert [path.name for path in old.iterdir()] == [MOVED]
    assert Workspace(old).root == new
    whole(new)


def test_a_note_that_is_gone_when_it_is_looked_at_hinders_nobody(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Engine and worker write beside and rename, and the last of a database takes its log away."""
    passing = (".worker.generation.7.part", "engine/engine.db-wal")
    listed = Path.rglob

    def gone_at_once(folder: Path, pattern: str) -> Iterator[Path]:
        found = list(listed(folder, pattern))
        for name in passing:
            (folder / name).unlink(missing_ok=True)
        return iter(found)

    def here(folder: Path) -> None:
        for name in passing:
            (folder / name).write_bytes(b"")

    monkeypatch.setattr(Path, "rglob", gone_at_once)
    new = tmp_path / "new"
    with bootstrap.open_service(Workspace(old)) as service:
        here(old)
        assert service.place.prepare_move(new).files == len(FILES) + 3  # and the generation and two databases
    here(old)
    whole(bootstrap.move_workspace(Workspace(old), new).root)
    here(old)
    with bootstrap.open_service(Workspace(new)) as service:
        assert service.place.get().old == str(old)


def test_it_may_move_again_and_the_first_place_still_leads_to_the_last(old: Path, tmp_path: Path) -> None:
    for name in ("b", "c", "d"):
        bootstrap.move_workspace(Workspace(old), tmp_path / name)
    assert Workspace(old).root == Workspace(tmp_path / "b").root == tmp_path / "d"
    whole(tmp_path / "d")
    assert code(lambda: moving.plan(tmp_path / "d", old)) == "workspace.folder_in_use"


def _file(path: Path) -> None:
    path.write_bytes(b"")


def _not_empty(path: Path) -> None:
    path.mkdir()
    (path / "mine.txt").write_bytes(b"mine")


@pytest.mark.parametrize(
    ("where", "made", "refused"),
    [
        ("old", None, "workspace.same_folder"),
        ("old/../old", None, "workspace.same_folder"),
        ("old/inside", None, "workspace.inside_itself"),
        ("old/materials", None, "workspace.inside_itself"),
        ("f", _file, "workspace.not_a_folder"),
        ("g", _not_empty, "workspace.folder_in_use"),
        (".", None, "workspace.folder_in_use"),
        ("h/" + "x" * 300, None, "workspace.not_writable"),
        ("y" * 300, None, "workspace.not_writable"),
        ("f/below", lambda path: path.parent.write_bytes(b""), "workspace.not_writable"),
    ],
)
def test_a_folder_that_will_not_do_is_refused_and_nothing_changes(
    old: Path, tmp_path: Path, where: str, made: Callable[[Path], None] | None, refused: str
) -> None:
    target = tmp_path / where
    if made is not None:
        made(target)
    before = sorted(path for path in tmp_path.rglob("*"))
    assert code(lambda: bootstrap.move_workspace(Workspace(old), target)) == refused
    assert sorted(path for path in tmp_path.rglob("*") if path.name != "worker.lock") == before
    whole(old)


def test_a_disk_too_small_a_network_and_a_link_are_refused(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new"
    with monkeypatch.context() as patched:
        patched.setattr(moving, "SPARE", 1 << 60)
        assert code(lambda: moving.plan(old, target)) == "workspace.no_room"
    with monkeypatch.context() as patched:
        patched.setattr(moving, "on_network", lambda _path: "nfs4")
        assert code(lambda: moving.plan(old, target)) == "workspace.on_network"
    (old / "exports" / "out").symlink_to(tmp_path)
    assert code(lambda: moving.plan(old, target)) == "workspace.odd_file"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/nas/a b/x", "nfs4"),
        ("/mnt/nas/a", "nfs4"),
        ("/mnt/nas/local/x", ""),
        ("/home/x", ""),
        ("/media/far/x", "sshfs"),
        ("/mnt/nasty", ""),
    ],
)
def test_a_network_is_told_by_the_innermost_mount(path: str, kind: str) -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\nnas:/v /mnt/nas nfs4 rw 0 0\nnas:/v /mnt/nas/a\\040b nfs4 rw 0 0\n"
        "/dev/sdb1 /mnt/nas/local ext4 rw 0 0\nme@far: /media/far fuse.sshfs rw 0 0\nnonsense\n"
    )
    assert kind_of(mounts, PurePosixPath(path)) == kind


def test_a_teams_workspace_is_not_in_its_folder(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOODESK_DATABASE_URL", "postgresql://nobody@localhost/none")
    assert code(lambda: bootstrap.move_workspace(Workspace(old), tmp_path / "new")) == "workspace.no_database"
    monkeypatch.delenv("KOODESK_DATABASE_URL")
    whole(old)


def test_what_somebody_has_open_is_not_moved(old: Path, tmp_path: Path) -> None:
    target = tmp_path / "new"
    with bootstrap.open_service(Workspace(old)) as service:
        service.settings.get()
        assert code(lambda: moving.move(old, target)) == "workspace.open_elsewhere"
    assert not target.exists()
    with WorkerLock(Workspace(old).worker_lock):
        assert code(lambda: bootstrap.move_workspace(Workspace(old), target)) == "worker.held"
    whole(old)


@pytest.mark.parametrize("point", POINTS[:-1])
def test_a_move_that_is_cancelled_or_fails_leaves_nothing_behind(
    old: Path, tmp_path: Path, point: str
) -> None:
    target = tmp_path / "new"
    stopped: list[str] = []

    def at(passed: str) -> None:
        if passed == point:
            stopped.append(passed)
            raise OSError("no such device")

    assert code(lambda: moving.move(old, target, point=at)) == "workspace.not_copied"
    assert stopped
    assert not target.exists()
    target.mkdir()
    assert code(lambda: moving.move(old, target, cancel=lambda: True)) == "workspace.move_cancelled"
    assert list(target.iterdir()) == [], "a folder that was there stays"
    whole(old)
    assert trusted(old)


@pytest.mark.parametrize("name", ["materials/ab/ab12.png", "koodesk.db", "engine/engine.db"])
def test_a_copy_that_differs_is_never_used(
    old: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new"

    def spoil(path: Path) -> None:
        if path.suffix == ".db":
            connection = sqlite_module().connect(path)
            table = "acceptance" if "engine" in str(path) else "workspace_setting"
            connection.execute(f"DELETE FROM {table}")
            connection.commit()
            connection.close()
        else:
            data = bytearray(path.read_bytes())
            data[100] ^= 1
            path.write_bytes(bytes(data))

    if name.endswith(".db"):
        check = moving._check

        def spoiled(source: Any, there: Path, step: Any) -> None:
            if there == target / name:
                spoil(there)
            check(source, there, step)

        monkeypatch.setattr(moving, "_check", spoiled)
    else:
        utime = os.utime

        def faulty(path: Path, **times: Any) -> None:
            if path == target / name:
                spoil(path)
            utime(path, **times)

        monkeypatch.setattr(os, "utime", faulty)
    assert code(lambda: moving.move(old, target)) == "workspace.copy_differs"
    assert not target.exists()
    whole(old)


def test_a_place_that_is_gone_is_said_and_nothing_older_is_opened(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    bootstrap.move_workspace(Workspace(old), new)
    new.rename(tmp_path / "unplugged")
    assert code(lambda: Workspace(old)) == "workspace.moved_away"
    for told in ({}, {"to": ""}, {"to": "relative"}, {"to": str(old)}):
        write_mark(old / MOVED, told)
        assert code(lambda: in_use(old)) == "workspace.moved_away"
    (old / MOVED).write_text("nonsense")
    assert code(lambda: in_use(old)) == "workspace.moved_away"


# --- killed at a named point -------------------------------------------------------------------------------------


def move_and_die(old: str, new: str, point: str) -> None:
    """Run by a child: move, and kill this process at a point."""

    def at(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    bootstrap.move_workspace(Workspace(Path(old)), Path(new), point=at)


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_the_old_or_the_new_in_use_and_never_half(
    old: Path, tmp_path: Path, point: str
) -> None:
    new = tmp_path / "new"
    call = (
        "import sys; from tests.backend.storage.test_moving import move_and_die; move_and_die(*sys.argv[1:])"
    )
    child = subprocess.run(
        [sys.executable, "-c", call, str(old), str(new), point], cwd=Path(__file__).parents[3], check=False
    )
    assert child.returncode == -signal.SIGKILL
    used = Workspace(old).root
    assert used == (new if point == "switched" else old)
    whole(used)
    assert trusted(used)
    if used == old:
        assert code(lambda: Workspace(new)) == "workspace.half_moved"
        moved = bootstrap.move_workspace(Workspace(old), new)  # what was begun is cleared away
        whole(moved.root)
    else:
        assert Workspace(new).root == new
    assert read_mark(old / MOVED) == {"to": str(new)}
    whole(Workspace(old).root)


@contextmanager
def holder(lock: Path, *, ends: bool) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds a worker lock."""
    call = (
        "import sys, time; from pathlib import Path; from koodesk.backend.sending.lock import WorkerLock\n"
        "with WorkerLock(Path(sys.argv[1]), ends_when_told=sys.argv[2] == 'True'):\n"
        "    print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", call, str(lock), str(ends)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        yield child
        child.kill()


def test_a_worker_is_told_to_end_and_whoever_else_sends_is_left_alone(tmp_path: Path) -> None:
    lock = tmp_path / "worker.lock"
    end_holder(lock)
    with holder(lock, ends=True) as child:
        end_holder(lock)
        assert child.wait() == -signal.SIGTERM
    with holder(lock, ends=False) as child:
        began = time.monotonic()
        assert code(lambda: end_holder(lock)) == "worker.held"
        assert time.monotonic() - began < 60, "nobody is waited for who was told nothing"
        assert child.poll() is None
