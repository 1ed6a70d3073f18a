"""OpenAgenda's CSV export. Figures from the raw file by the csv module:

Counter(row["first_date"][:4] for row in csv.DictReader(file)), and rows whose first_date equals last_date.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.formats import Shaped

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def drome(shared: Path, recognised: Callable[[Path, str], tuple[str, Shaped]]) -> Shaped:
    name, shaped = recognised(shared / "data/events/events_drome.csv", "Europe/Paris")
    assert name == "openagenda"
    return shaped


def test_1068_events_over_4893_lines(drome: Shaped) -> None:
    assert drome.table.counts.read == 1_068
    assert drome.values["event_id"].n_unique() == 1_068
    # The last one is 69162429 and begins on line 4,890 of the file (quoted texts go over several lines).
    assert drome.values.select("event_id", "line").row(-1) == ("69162429", 4_890)


def test_times_are_utc_and_say_so(drome: Shaped) -> None:
    assert drome.values.filter(~pl.col("start").str.ends_with("+00:00")).height == 0
    years = drome.values.group_by(pl.col("start").str.slice(0, 4).alias("year")).len()
    assert dict(years.rows()) == {"2024": 4, "2025": 861, "2026": 202, "2027": 1}
    assert drome.values.filter(pl.col("start") == pl.col("end")).height == 817


def test_an_event_of_several_days_is_one_row(drome: Shaped) -> None:
    # « 11 février - 26 août, certains mercredis »: 13:00 UTC in winter is 14:00 in the Drôme, 12:00 UTC in summer too.
    event = drome.values.filter(pl.col("event_id") == "54415723").row(0, named=True)
    assert (event["title"], event["start"], event["end"], event["place"]) == (
        "Atelier réparation", "2026-02-11T13:00:00+00:00", "2026-08-26T12:00:00+00:00",
        "MJC La canopée, Portes-lès-Valence",
    )  # fmt: skip


def test_the_format_has_nothing_to_say(drome: Shaped) -> None:
    assert drome.problems.height == 0
