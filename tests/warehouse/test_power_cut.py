"""A process killed at any moment: what is published stays whole, and the next run ends as if nothing had happened.

The process kills itself with SIGKILL just before its n-th step on the disk (opening, renaming, linking, deleting,
making a folder) or its n-th table, so that each moment is hit exactly and every time.
"""

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipeline.settings import TownHome
from pipeline.warehouse import WriterBusyError, build, current, publications, publish, read_frames, tables, writer
from pipeline.warehouse.database import checksum, reading

BEFORE, AFTER = date(2026, 11, 23), date(2026, 11, 24)
PROGRAM = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pipeline.contract.town import Town
from pipeline.settings import TownHome
from pipeline.warehouse import build, check_models, publish

root, folder, sql = map(Path, sys.argv[1:4])
home, fatal, counted = TownHome(root), int(sys.argv[4]), 0
town = Town("sevres", "Sèvres", "92072", "FR", "Europe/Paris", folder, school_zone="C")
check_models(sql, ())  # everything that is imported late is imported now
CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}

def step(event, args):
    global counted
    inside = event in CHANGES and str(home.root) in str(args[0])
    if inside or (event == "open" and str(home.root) in str(args[0]) and args[2] & (os.O_WRONLY | os.O_RDWR)):
        counted += 1
        if counted == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

def progress(table, done, total):
    step("os.mkdir", (home.root,))  # between two tables: the database is open and half written

sys.addaudithook(step)
made = build(town, home, date(2026, 11, 24), sql_folder=sql, analytic_models=(), progress=progress)
publish(home, made.build_id)
print(counted)
"""


@pytest.fixture
def start(town, models):
    """start(home, fatal): a process that builds and publishes, and dies before its step number `fatal` (0 = lives)."""

    def start(home: TownHome, fatal: int) -> subprocess.CompletedProcess[str]:
        arguments = [str(home.root), str(town.folder), str(models), str(fatal)]
        return subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)

    return start


@pytest.fixture
def prepare(town, models, deposit, hours, tmp_path):
    """prepare(name): a home with one upload and the publication of the day before."""

    def prepare(name: str) -> TownHome:
        home = TownHome(tmp_path / name / "sevres")
        deposit("footfall", hours("A", [n / 7 for n in range(300)]), into=home)
        publish(home, build(town, home, BEFORE, sql_folder=models, analytic_models=()).build_id)
        return home

    return prepare


def assert_whole(path: Path, home: TownHome) -> None:
    """The file holds exactly what the manifest of its publication says."""
    told = {publication.path: publication.manifest for publication in publications(home)}[path]
    with reading(path, memory_limit="500MB", threads=1) as connection:
        assert {name: checksum(connection, name) for name in told.tables} == {
            name: facts.checksum for name, facts in told.tables.items()
        }


@pytest.mark.slow
def test_wherever_it_is_killed_the_published_file_is_whole_and_the_next_run_heals(
    start, prepare, town, models, tmp_path
) -> None:
    prepared, undisturbed = prepare("prepared"), TownHome(tmp_path / "undisturbed" / "sevres")
    shutil.copytree(prepared.root, undisturbed.root)
    lived = start(undisturbed, 0)
    assert lived.returncode == 0, lived.stderr
    steps = int(lived.stdout)
    expected = next(p.manifest for p in publications(undisturbed) if p.is_current)
    assert steps > 20
    # Every sixth step, and each of the last ones, where the new file is put in place and pointed at.
    for fatal in sorted({*range(1, steps, 6), *range(steps - 5, steps + 1)}):
        home = TownHome(tmp_path / f"killed at {fatal}" / "sevres")
        shutil.copytree(prepared.root, home.root)
        before = current(home)
        assert start(home, fatal).returncode == -signal.SIGKILL
        published = current(home)
        assert published is not None
        assert published == before or published.stem == expected.build_id
        assert_whole(published, home)

        healed = publish(home, build(town, home, AFTER, sql_folder=models, analytic_models=()).build_id)
        assert healed.manifest.checksums == expected.checksums
        assert_whole(healed.path, home)
        assert not [*home.builds.glob(".*"), *home.marts.glob(".*")]


def test_the_lock_of_a_killed_process_is_free_again(start, prepare) -> None:
    home = prepare("killed")
    assert start(home, 5).returncode == -signal.SIGKILL
    with writer(home):
        assert home.lock.read_text().strip() == str(os.getpid())


def test_a_second_writer_is_told_who_is_writing(start, prepare) -> None:
    home = prepare("busy")
    with writer(home):
        second = start(home, 0)
    assert second.returncode == 1
    assert f"another process (pid {os.getpid()}) is writing in sevres" in second.stderr


def test_the_lock_can_be_held_over_a_build_and_its_publication(home, town, models) -> None:
    with writer(home):
        publish(home, build(town, home, AFTER, sql_folder=models, analytic_models=()).build_id)
    assert current(home) is not None


def test_two_threads_are_two_writers(home) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def take() -> str:
        try:
            with writer(home):
                return "taken"
        except WriterBusyError:
            return "busy"

    with ThreadPoolExecutor(1) as pool:
        with writer(home):
            assert pool.submit(take).result() == "busy"
        assert pool.submit(take).result() == "taken"


def test_every_table_of_a_publication_can_be_read(prepare) -> None:
    path = current(prepare("readable"))
    assert path is not None
    names = tables(path)
    assert set(read_frames(path, names)) == set(names)
