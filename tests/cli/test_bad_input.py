"""Bad input as its sender meets it: what is wrong in plain French, exit code 2, nothing lost, nothing half-written."""

import json
import signal
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

HEADER = "compteur;debut;passages\n"
TOWN = ("--town", "meudon")


@pytest.fixture(scope="module")
def meudon(new_place):
    return new_place("meudon")


def uploads(place) -> set[Path]:
    return set((place.home / "meudon" / "uploads").glob("[0-9]*/*"))


def half_written(place) -> list[Path]:
    return list((place.home / "meudon" / "uploads").glob(".incoming-*"))


def broken_workbook() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
    return data.getvalue()


BAD_FILES = {
    "a file of another feed": ("meteo.csv", "date;temp_max_c;pluie_mm\n03/11/2025;14,2;0\n", "footfall", "« Météo »"),
    "a file that nothing knows": ("liste.csv", "a;b\n1;2\n", None, "Partez d'un modèle"),
    "an empty file": ("vide.csv", b"", "footfall", "le fichier est vide"),
    "an empty file of no feed": ("vide2.csv", b"\n\n", None, "le fichier est vide"),
    "a picture": ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None, "ce n'est pas un fichier CSV ni XLSX"),
    "bytes without meaning": ("comptages.csv", bytes(range(256)) * 9, "footfall", "données binaires"),
    "a workbook of 0 byte": ("comptages.xlsx", b"", None, "le fichier est vide"),
    "a workbook cut short": ("coupe.xlsx", broken_workbook()[:60], "footfall", "le classeur ne s'ouvre pas"),
    "a workbook without a sheet": ("sans.xlsx", broken_workbook(), "footfall", "le classeur ne s'ouvre pas"),
    "a header alone": ("entete.csv", HEADER, "footfall", "Ajoutez les lignes sous l'en-tête"),
    "an unknown counter": ("inconnu.csv", HEADER + "GR21;03/11/2025 14:00;5\n", "footfall", "« GR21 »"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_in_french_and_kept_whole(meudon, case: str) -> None:
    name, content, feed, words = BAD_FILES[case]
    path, before = meudon.file(name, content), uploads(meudon)
    answer = meudon.run("deposit", path, *TOWN, *(["--feed", feed] if feed else []), "--json")
    assert answer.exit_code == 2, answer.output
    receipt = json.loads(answer.stdout)
    assert receipt["status"] == "refused"
    assert receipt["rows"]["accepted"] == 0
    told = [problem for problem in receipt["problems"] if problem["severity"] == "error"]
    assert any(words in problem["message"] for problem in told), told

    [folder] = uploads(meudon) - before
    assert folder.name == receipt["upload_id"]
    assert (folder / f"original{path.suffix}").read_bytes() == path.read_bytes()
    assert json.loads((folder / "receipt.json").read_text("utf-8")) == receipt
    assert half_written(meudon) == []


def test_the_sender_reads_sentences_and_not_codes(meudon) -> None:
    path = meudon.file("brouillon.csv", HEADER + "GR21;03/11/2025 15:00;5\n")
    answer = meudon.run("deposit", path, *TOWN, "--feed", "footfall")
    assert answer.exit_code == 2
    assert "brouillon.csv — Comptages piétons : REFUSÉ" in answer.stdout
    # The nearest known ones are proposed, and what to do next is said.
    assert "Ligne 2, colonne « compteur » : " in answer.stdout
    assert "« GR21 » n'est pas connu. Vouliez-vous dire « GR12 » ou « GR14 » ?" in answer.stdout
    assert "→ Corrigez le fichier puis renvoyez-le." in answer.stdout
    assert answer.stderr == ""


def test_one_bad_line_among_many_costs_one_line(meudon) -> None:
    lines = "".join(f"GR12;04/11/2025 {hour:02}:00;{hour}\n" for hour in range(23)) + "GR21;04/11/2025 23:00;9\n"
    receipt = meudon.json("deposit", meudon.file("presque.csv", HEADER + lines), *TOWN)
    assert (receipt["status"], receipt["rows"]["accepted"], receipt["rows"]["rejected"]) == ("accepted", 23, 1)
    assert [(p["line"], p["code"]) for p in receipt["problems"]] == [(25, "unknown-counter")]


def test_a_file_with_too_many_bad_lines_waits_for_a_decision(meudon) -> None:
    path = meudon.file("moitie.csv", HEADER + "GR12;05/11/2025 14:00;5\nGR21;05/11/2025 14:00;5\n")
    receipt = meudon.json("deposit", path, *TOWN, exit_code=2)
    assert receipt["status"] == "waiting"
    assert "attend la décision du manager de commerce" in receipt["problems"][0]["message"]
    approved = meudon.json("approve", receipt["upload_id"], *TOWN, "--why", "GR21 n'est pas posé")
    assert approved["status"] == "accepted"


def test_a_good_file_beside_a_bad_one_is_accepted_and_the_answer_is_one_object(meudon) -> None:
    good = meudon.file("bon.csv", HEADER + "GR12;06/11/2025 14:00;5\n")
    bad = meudon.file("mauvais.csv", "a;b\n1;2\n")
    told = meudon.json("deposit", good, bad, *TOWN, exit_code=2)
    assert [receipt["status"] for receipt in told["receipts"]] == ["accepted", "refused"]


UNKNOWN = {
    "town": (("--town", "atlantis"), "ville inconnue : « atlantis » ; les villes connues sont : meudon"),
    "format": ((*TOWN, "--format", "acme"), "format inconnu : « acme » ; les formats connus sont : "),
    "format of the feed": ((*TOWN, "--feed", "shops", "--format", "hystreet"), "les formats connus sont : template"),
    "feed": ((*TOWN, "--feed", "pietons"), "type de données inconnu : « pietons » ; ceux qui existent : "),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_an_unknown_word_is_refused_with_those_that_exist(meudon, case: str) -> None:
    words, message = UNKNOWN[case]
    path, before = meudon.file("jamais.csv", HEADER + "GR12;07/11/2025 14:00;5\n"), uploads(meudon)
    answer = meudon.run("deposit", path, *words, "--json")
    assert answer.exit_code == 2
    assert message in json.loads(answer.stdout)["error"]
    assert message in answer.stderr
    assert uploads(meudon) == before
    assert not (meudon.home / "atlantis").exists()


def test_every_format_is_in_the_list(meudon) -> None:
    known = meudon.json("deposit", meudon.file("x.csv", "x"), *TOWN, "--format", "acme", exit_code=2)["error"]
    assert all(name in known for name in ("hystreet", "nantes-wide-hours", "openagenda", "template"))


def test_a_file_that_is_not_there_stops_all_before_anything_is_kept(meudon) -> None:
    good, before = meudon.file("la.csv", HEADER + "GR12;08/11/2025 14:00;5\n"), uploads(meudon)
    told = meudon.json("deposit", good, meudon.root / "absent.csv", *TOWN, exit_code=2)
    assert "fichier introuvable" in told["error"]
    assert uploads(meudon) == before


def test_a_town_file_that_is_wrong_is_named(new_place) -> None:
    place = new_place("viroflay")
    path = place.towns / "viroflay" / "town.toml"
    path.write_text(path.read_text("utf-8") + "\nopening_hour = 10\n", "utf-8")
    told = place.json("run", "--town", "viroflay", exit_code=2)
    assert "town.toml" in told["error"]
    assert "opening_hour" in told["error"]


def test_a_country_without_known_holidays_stops_the_build_with_a_sentence(new_place) -> None:
    place = new_place("clamart")
    path = place.towns / "clamart" / "town.toml"
    path.write_text(path.read_text("utf-8").replace('country = "FR"', 'country = "XX"'), "utf-8")
    told = place.json("build", "--town", "clamart", exit_code=1)
    assert "country 'XX'" in told["error"]


def test_a_fault_of_the_program_is_told_as_one_object_too(meudon, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("disque plein")

    monkeypatch.setattr("pipeline.deposit.deposit.deposit_file", fails)
    answer = meudon.run("deposit", meudon.file("x.csv", "x"), *TOWN, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == {"error": "RuntimeError: disque plein"}
    assert "Traceback" in answer.stderr


KILLED_AT = (0.15, 0.45, 0.75)  # seconds between the first sign of life on the disk and SIGKILL, as shares of a deposit


@pytest.mark.slow
def test_a_deposit_killed_at_any_moment_leaves_all_or_nothing_and_the_next_one_heals(new_place) -> None:
    place = new_place("meudon")
    hours = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2024, 12, 31, 23), "1h", eager=True)
    lines = "".join(f"GR12;{hour:%Y-%m-%dT%H:%M}Z;{number}\n" for number, hour in enumerate(hours))
    path = place.file("trois ans.csv", HEADER + lines)
    lock = place.home / "meudon" / "uploads" / ".lock"
    known = uploads(place)
    taken = _seconds_of_a_deposit(new_place, path)
    for share in KILLED_AT:
        began = lock.stat().st_mtime_ns
        process = place.start("deposit", path, *TOWN, "--json")
        _wait(lambda began=began: lock.stat().st_mtime_ns != began)  # the lock is opened for writing: it has begun
        time.sleep(share * taken)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for folder in uploads(place) - known:  # all or nothing
            assert (folder / "original.csv").read_bytes() == path.read_bytes()
            assert json.loads((folder / "receipt.json").read_text("utf-8"))["status"] == "accepted"
    receipt = place.json("deposit", path, *TOWN)
    assert receipt["status"] in ("accepted", "already_received")
    assert receipt["rows"]["accepted"] == len(hours) == 26_304
    assert half_written(place) == []
    assert len(uploads(place) - known) == 1


def _seconds_of_a_deposit(new_place, path: Path) -> float:
    """How long the work under the lock takes here."""
    place = new_place("mesure")
    place.json("deposit", path, "--town", "mesure")  # imports
    again = place.file("encore.csv", path.read_bytes() + b"\n")
    began = time.monotonic()
    place.json("deposit", again, "--town", "mesure")
    return time.monotonic() - began


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "nothing happened in a minute"
        time.sleep(0.005)


def test_the_largest_upload_is_set_by_a_variable(new_place) -> None:
    place = new_place("chaville")
    place.variables["CHALANDISE_LARGEST_UPLOAD_MB"] = "1"
    path = place.file("comptages.csv", HEADER + " " * 10**6)
    told = place.json("deposit", path, "--town", "chaville", "--feed", "footfall", exit_code=2)
    assert told["problems"][0]["message"].startswith("le fichier est trop gros (2 Mo) : la limite est de 1 Mo.")
    assert place.json("uploads", "--town", "chaville")["uploads"][-1]["status"] == "refused"


@pytest.mark.parametrize("told", ["0", "-1", "200 Mo", "1e3", "²"])
def test_a_limit_that_is_no_number_is_named(meudon, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(meudon.variables, "CHALANDISE_LARGEST_UPLOAD_MB", told)
    answer = meudon.run("uploads", *TOWN)
    assert answer.exit_code == 2
    assert f"CHALANDISE_LARGEST_UPLOAD_MB is « {told} »: it must be a whole number above 0" in answer.stderr
