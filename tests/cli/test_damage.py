"""Damage to what lies on the disk: one sentence that says where and what to do, exit code 1, no trace."""

import pytest


@pytest.fixture
def chaville(new_place):
    return new_place("chaville")


def test_a_pointer_to_a_build_that_has_gone(chaville) -> None:
    marts = chaville.home / "chaville" / "marts"
    marts.mkdir()
    (marts / "current").write_text("2026-01-01-gone\n")
    told = chaville.json("marts", "--town", "chaville", exit_code=1)
    assert "2026-01-01-gone.duckdb has gone" in told["error"]
    assert chaville.run("marts", "--town", "chaville").exception.__class__ is SystemExit


def test_a_published_file_cut_short(chaville) -> None:
    marts = chaville.home / "chaville" / "marts"
    marts.mkdir()
    (marts / "current").write_text("b\n")
    (marts / "b.duckdb").write_bytes(b"DUCK" * 100)
    told = chaville.json("query", "--town", "chaville", "select 1", exit_code=1)
    assert "b.duckdb cannot be opened; delete it and run again" in told["error"]


def test_a_receipt_cut_short(chaville) -> None:
    [receipt] = (chaville.home / "chaville" / "uploads").glob("*/*/receipt.json")
    receipt.chmod(0o644)
    receipt.write_bytes(receipt.read_bytes()[:40])
    told = chaville.json("uploads", "--town", "chaville", exit_code=1)
    assert "has no whole receipt.json" in told["error"]
    assert "restore it from a backup" in told["error"]


DAMAGE = {
    "gone": None,
    "empty": lambda data: b"",
    "cut short": lambda data: data[:-20],
    "another file": lambda data: b"compteur;debut;passages\n" * 40,
    "rows overwritten": lambda data: data[:4] + b"\xff" * (len(data) // 3) + data[4 + len(data) // 3 :],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_accepted_rows_that_cannot_be_read(chaville, damage: str) -> None:
    [path] = (chaville.home / "chaville" / "uploads").glob("*/*/accepted.parquet")
    data = path.read_bytes()
    path.unlink()
    if change := DAMAGE[damage]:
        path.write_bytes(change(data))
    told = chaville.json("run", "--town", "chaville", exit_code=1)
    assert f"{path} cannot be read" in told["error"]
    assert "restore it from a backup, or withdraw the upload and send its original again" in told["error"]
    assert "Traceback" not in chaville.run("run", "--town", "chaville").output
