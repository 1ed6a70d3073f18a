"""The same uploads with the same deposit times give the same tables, in whatever order they were deposited.

Everything is real here: files through the deposit, every model of sql/. The town's own lists come first: a file is
checked against what is declared when it is deposited, so that one deposited before its counters is refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.contract.town import Town
from pipeline.deposit.deposit import deposit_file
from pipeline.deposit.receipt import Receipt
from pipeline.deposit.store import list_uploads, withdraw
from pipeline.settings import TownHome
from pipeline.warehouse import BuildResult, build, publish, query
from pipeline.warehouse.inputs import collect_inputs
from pipeline.warehouse.load import Places, stage_feeds

AS_OF = date(2026, 11, 23)
FIRST = datetime(2026, 11, 20, 8, tzinfo=UTC)
COUNTS = "compteur;debut;fin;passages;sens"
EVENTS = "identifiant;evenement;debut;fin;type"
SHOPS = "local;enseigne;activite;ouverture;fermeture"
OWN_LISTS = (
    ("neighbourhoods", "quartier;nom;population;annee;source;lat;lon\nQ1;Bruyères;1649;2016;Insee;48.8161;2.1993"),
    ("counters", "compteur;nom;dans_centre;pas_minutes\nA;Grande Rue;oui;60\nB;Place;oui;60"),
    ("premises", "local;adresse;rue;quartier;secteur\nL1;1 Grande Rue;Grande Rue;Q1;centre"),
)


@dataclass(frozen=True)
class File:
    """A file as somebody sends it, so many minutes after the town's own lists."""

    feed: str
    text: str
    minute: int


def send(place: TownHome, town: Town, files: Iterable[File]) -> list[Receipt]:
    """Deposit files in this order, each as received at its own time."""
    own = [File(feed, text, 0) for feed, text in OWN_LISTS]
    return [_send(place, town, file) for file in (*own, *files)][len(own) :]


def _send(place: TownHome, town: Town, file: File) -> Receipt:
    place.root.mkdir(parents=True, exist_ok=True)
    path = place.root / f"{file.feed}.csv"
    path.write_text(file.text, encoding="utf-8")
    at = FIRST + timedelta(minutes=file.minute)
    return deposit_file(path, town=town, home=place, feed=file.feed, format=None, by=None, received_at=at)


def said(receipt: Receipt) -> dict[str, Any]:
    """The receipt without what it says of other uploads: `superseding`, and the warning of an overlap."""
    told = receipt.as_json()
    told["rows"] = {name: number for name, number in told["rows"].items() if name != "superseding"}
    told["problems"] = [problem for problem in told["problems"] if problem["code"] != "overlap"]
    told["problem_counts"] = {code: n for code, n in told["problem_counts"].items() if code != "overlap"}
    return told


def hours(counter: str, day: date, counts: Sequence[int | None], minute: int, step: int = 60) -> File:
    """A file of counts from 10:00, one every `step` minutes."""
    at = datetime(day.year, day.month, day.day, 10)
    lines = [
        f"{counter};{at + timedelta(minutes=place * step)};{at + timedelta(minutes=(place + 1) * step)};"
        f"{'' if count is None else count};total"
        for place, count in enumerate(counts)
    ]
    return File("footfall", "\n".join([COUNTS, *lines]), minute)


def whole_day(counter: str, day: date, count: int, minute: int) -> File:
    return File("footfall", f"{COUNTS}\n{counter};{day} 00:00;{day + timedelta(days=1)} 00:00;{count};total", minute)


def shop(name: str, opened: str, closed: str, minute: int) -> File:
    return File("shops", f"{SHOPS}\nL1;{name};boulangerie;{opened};{closed}", minute)


DAYS = st.dates(date(2026, 11, 2), date(2026, 11, 4))
COUNT = st.integers(0, 99)
FILES = st.one_of(
    st.builds(hours, st.sampled_from("AB"), DAYS, st.lists(st.none() | COUNT, min_size=1, max_size=4), st.just(0)),
    st.builds(hours, st.just("A"), DAYS, st.lists(COUNT, min_size=1, max_size=6), st.just(0), st.just(15)),
    st.builds(whole_day, st.sampled_from("AB"), DAYS, COUNT, st.just(0)),
    st.builds(
        shop, st.sampled_from(["Le Pain", "La Fleur"]), st.sampled_from(["", "2019-03-01", "2026-05-04"]),
        st.sampled_from(["", "2026-08-01"]), st.just(0),
    ),
    st.builds(lambda day, rain: File("weather", f"date;pluie_mm\n{day};{rain}", 0), DAYS, COUNT),
    st.builds(
        lambda name, day, kind: File("events", f"{EVENTS}\n{name};Fête;{day} 10:00;{day} 18:00;{kind}", 0),
        st.sampled_from(["", "F1"]), DAYS, st.sampled_from(["marché", "sport"]),
    ),
)  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[File], list[File]]:
    """Files received one minute after the other, no two with the same bytes, and the same in another order."""
    drawn = draw(st.lists(FILES, min_size=2, max_size=6, unique_by=lambda file: file.text))
    files = [File(file.feed, file.text, minute) for minute, file in enumerate(drawn, start=1)]
    return files, draw(st.permutations(files))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("towns") / "essai"
    folder.mkdir()
    (folder / "town.toml").write_text("# the test makes the town itself\n", encoding="utf-8")
    return Town("essai", "Essai", "00000", "FR", "Europe/Paris", folder, school_zone="C")


def stored(place: TownHome, town: Town) -> tuple[Any, list[pl.DataFrame], list[pl.DataFrame]]:
    """What a build starts from: its inputs, the accepted rows of each upload, and the staged rows of each feed."""
    inputs = collect_inputs(town, list_uploads(place), AS_OF, place.root / "no sql")
    staged = place.root / "staged"
    staged.mkdir(exist_ok=True)
    files: list[tuple[str, Path]] = []
    places = Places(staged, place.kept, "made by the test", lambda table, path: files.append((table, path)))
    staging = stage_feeds(inputs.effective, town, places)
    frames = [pl.read_parquet(path) for _, path in sorted(files)]
    return inputs.as_json(), [pl.read_parquet(u.accepted) for u in inputs.effective], [
        *frames, staging.superseded, staging.set_aside
    ]  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders())
def test_whatever_the_order_of_deposit_the_same_is_stored_and_staged(town: Town, order) -> None:
    with TemporaryDirectory() as root:
        homes = [TownHome(Path(root) / name) for name in ("as received", "shuffled")]
        receipts = [send(home, town, files) for home, files in zip(homes, order, strict=True)]
        (inputs, accepted, staged), (inputs_2, accepted_2, staged_2) = (stored(home, town) for home in homes)
        assert inputs == inputs_2
        assert all(one.equals(other) for one, other in zip(accepted, accepted_2, strict=True))
        assert all(one.equals(other) for one, other in zip(staged, staged_2, strict=True))
        first, second = ({receipt.upload_id: said(receipt) for receipt in told} for told in receipts)
        assert first == second


EVERY_KIND = [
    hours("A", date(2026, 11, 2), [10, 20, None, 40], 1),
    hours("A", date(2026, 11, 2), [11, 20], 2),
    whole_day("A", date(2026, 11, 2), 500, 3),
    hours("A", date(2026, 11, 2), [3, 3, 3, 3], 4, step=15),
    hours("B", date(2026, 11, 3), [5, 6], 5),
    shop("Le Pain", "", "", 6),
    shop("Le Pain", "2019-03-01", "", 7),
    shop("Le Pain", "", "2026-11-10", 8),
    File("weather", "date;pluie_mm\n2026-11-02;4", 9),
]
# 2 November: 3 + 3 + 3 + 3 in the four quarters from 10:00, 20 from 11:00, nothing counted from 12:00, 40 from 13:00.
PASSAGES = 72.0


def made(place: TownHome, town: Town) -> BuildResult:
    return build(town, place, AS_OF)


def passages(result: BuildResult, counter: str = "A") -> float:
    sql = f"SELECT sum(passages_raw) FROM marts.mart_footfall_day WHERE counter_id = '{counter}'"
    return float(query(result.path, sql).item())


def figures(result: BuildResult) -> dict[str, str]:
    """The checksums of every mart but the one that tells of the uploads themselves."""
    sums = result.manifest.checksums
    return {name: sums[name] for name in sums if name.startswith("marts.") and name != "marts.mart_data_quality_week"}


def test_whatever_the_order_of_deposit_every_table_is_the_same(town: Town, tmp_path: Path) -> None:
    homes = [TownHome(tmp_path / name) for name in ("as received", "backwards")]
    send(homes[0], town, EVERY_KIND)
    send(homes[1], town, reversed(EVERY_KIND))
    first, second = (made(home, town) for home in homes)
    assert first.build_id == second.build_id
    assert first.manifest.checksums == second.manifest.checksums
    assert passages(first) == PASSAGES
    shops = query(first.path, "SELECT opened_on, closed_on FROM staging.stg_shops").rows()
    assert shops == [(date(2019, 3, 1), date(2026, 11, 10))]
    aside = query(
        first.path,
        "SELECT passages_set_aside, passages_kept, difference FROM staging.stg_footfall_set_aside ORDER BY 1",
    )
    # The hour from 10:00 (11) against its quarters (12); the day (500) against the three hours counted of it (72).
    assert aside.rows() == [(11.0, 12.0, -1.0), (500.0, PASSAGES, None)]
    quality = query(
        first.path,
        "SELECT overlap_values, overlap_difference FROM marts.mart_data_quality_week WHERE overlap_values > 0",
    )
    assert quality.rows() == [(2, -1.0)]


def test_what_a_withdrawn_upload_had_superseded_comes_back(town: Town, tmp_path: Path) -> None:
    home, never = TownHome(tmp_path / "home"), TownHome(tmp_path / "never")
    first, second, quarters = EVERY_KIND[0], EVERY_KIND[1], EVERY_KIND[3]
    receipts = send(home, town, [first, second, quarters])
    at = FIRST + timedelta(days=1)
    for receipt in receipts[1:]:
        withdraw(home, receipt.upload_id, why="essai", by=None, at=at)
    send(never, town, [first])
    assert passages(made(home, town)) == passages(made(never, town)) == 10 + 20 + 40


def test_a_correction_received_before_what_it_corrects_gives_way(town: Town, tmp_path: Path) -> None:
    # What counts is when a file was received, which everybody can see, and never which dates stand in it.
    home = TownHome(tmp_path / "home")
    day = date(2026, 11, 2)
    correction, original = hours("A", day, [99], 1), hours("A", day, [10], 2)
    receipts = send(home, town, [correction, original])
    assert [receipt.rows.superseding for receipt in receipts] == [0, 1]
    assert passages(made(home, town)) == 10


def test_a_file_saved_again_by_a_spreadsheet_changes_no_figure_and_no_revision(town: Town, tmp_path: Path) -> None:
    home = TownHome(tmp_path / "home")
    sent = hours("A", date(2026, 11, 2), [10, 20, None, 40], 1)
    send(home, town, [sent, shop("Le Pain", "2019-03-01", "", 2)])
    before = made(home, town)
    publish(home, before.build_id)
    saved = "Compteur,Debut,Fin,Passages,Sens\r\n" + "".join(
        f'A,02/11/2026 {hour}:00,02/11/2026 {hour + 1}:00,"{count}",Total\r\n'
        for hour, count in ((10, "10,0"), (11, "20,0"), (12, ""), (13, "40,0"))
    )
    again = _send(home, town, File("footfall", saved, 3))
    assert (again.status, again.rows.accepted, again.rows.superseding) == ("accepted", 4, 4)
    assert "overlap" not in again.problem_counts
    after = made(home, town)
    assert after.build_id != before.build_id
    assert after.manifest.changed_weeks == []
    assert figures(after) == figures(before)


def test_the_receipt_warns_of_hours_that_are_there_at_another_step(town: Town, tmp_path: Path) -> None:
    home = TownHome(tmp_path / "home")
    day = date(2026, 11, 2)
    files = [hours("A", day, [10, 20], 1), whole_day("A", day, 500, 2), whole_day("A", day + timedelta(days=1), 9, 3)]
    receipts = send(home, town, [*files, whole_day("B", day, 7, 4), hours("A", day, [11, 20], 5)])
    assert [receipt.problem_counts.get("overlap") for receipt in receipts] == [None, 1, None, None, 1]
    [warning] = [problem for problem in receipts[1].problems if problem["code"] == "overlap"]
    assert (warning["severity"], warning["value"], warning["line"]) == ("warning", "1", None)
    assert "rien n'est compté deux fois" in warning["message"]
    # The last file tells the two hours of the first again: that is superseding, and both overlap the day in between.
    assert [receipt.rows.superseding for receipt in receipts] == [0, 0, 0, 0, 2]


@pytest.mark.parametrize("minutes", [(1, 2), (2, 1)])
def test_the_autumn_hour_sent_in_two_rows_and_in_one_is_counted_once(town: Town, tmp_path: Path, minutes) -> None:
    two, one = ("01:00;1", "02:00;7", "02:00;3", "03:00;1"), ("01:00;1", "02:00;10", "03:00;1")
    files = [
        File("footfall", "\n".join(["compteur;debut;passages", *(f"A;25/10/2026 {line}" for line in lines)]), minute)
        for lines, minute in zip((two, one), minutes, strict=True)
    ]
    home = TownHome(tmp_path / "home")
    receipts = send(home, town, files)
    assert [receipt.rows.accepted for receipt in receipts] == [4, 3]
    inputs = collect_inputs(town, list_uploads(home), AS_OF, home.root / "no sql")
    files: dict[str, Path] = {}
    places = Places(home.root, home.kept, "made by the test", files.__setitem__)
    staging = stage_feeds(inputs.effective, town, places)
    kept = pl.read_parquet(files["footfall"]).sort("start_utc")
    assert kept["count"].to_list() == [1.0, 7.0, 3.0, 1.0]
    assert staging.set_aside.select("hours", "count", "kept_count", "difference").rows() == [(2.0, 10.0, 10.0, 0.0)]
