"""The band of the index, the chance of its rise and what drives them, through the whole chain of models."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

CASES = Path(__file__).parent / "cases"
Marts = Mapping[str, pl.DataFrame]
Build = Callable[[object], Marts]
Read = Callable[[Path], object]


@pytest.fixture
def marts(read_case: Read, build_marts: Build) -> Marts:
    return build_marts(read_case(CASES / "indicators_come_and_go"))


def week(marts: Marts, iso_week: str) -> dict[str, float]:
    return marts["marts.mart_town_week"].row(by_predicate=pl.col("iso_week") == iso_week, named=True)


def test_the_interval_of_the_index_of_passages_is_that_of_the_chance_of_counting(marts: Marts) -> None:
    # one counter, 700 passages in the week, nothing to tell an overdispersion by: 97.560976 exp(-+1.959964 / sqrt 700)
    receipt = marts["marts.mart_index_receipt_week"].filter(iso_week="2025-W09", indicator="footfall_index")
    low, high = receipt.select("value_low", "value_high").row(0)
    assert low == pytest.approx(97.5609756 * math.exp(-1.959964 / math.sqrt(700)), abs=1e-4)
    assert high == pytest.approx(97.5609756 * math.exp(1.959964 / math.sqrt(700)), abs=1e-4)


def test_events_are_counted_in_full_and_have_no_interval(marts: Marts) -> None:
    events = marts["marts.mart_index_receipt_week"].filter(indicator="event_days_4w").drop_nulls("value")
    assert events.height == 2
    assert events["value_low"].null_count() == 2


def test_with_one_indicator_the_band_is_its_interval_alone(marts: Marts) -> None:
    # half-widths 97.561 (1 - e^-0.074080) = 6.966 and 97.561 (e^0.074080 - 1) = 7.502, x 1.644854 / 1.959964 for 5 and
    # 95 %, x 0.99 points of the index: 5.788 and 6.233. Quantiles of 1,000 draws are known to a quarter of a point.
    told = week(marts, "2025-W09")
    assert told["attractiveness_index_low"] == pytest.approx(48.085 - 5.788, abs=0.75)
    assert told["attractiveness_index_high"] == pytest.approx(48.085 + 6.233, abs=0.75)


def test_a_week_that_counts_the_same_is_as_likely_to_be_up_as_down(marts: Marts) -> None:
    assert week(marts, "2025-W09")["p_change_positive"] is None
    assert week(marts, "2025-W10")["p_change_positive"] == pytest.approx(0.5, abs=0.05)


def test_a_week_without_indicators_has_no_band(marts: Marts) -> None:
    told = week(marts, "2025-W11")
    assert (told["attractiveness_index_low"], told["p_change_positive"]) == (None, None)


def test_a_tenth_more_passages_is_a_rise_at_the_odds_of_counting(marts: Marts) -> None:
    # ln 1.1 = 0.0953 with sd sqrt(1/700 + 1/770) = 0.0522: Phi(1.825) = 0.966; the events did not change
    assert week(marts, "2025-W13")["p_change_positive"] == pytest.approx(0.966, abs=0.02)


def test_in_the_base_year_the_seasonally_adjusted_index_is_100(marts: Marts) -> None:
    weeks = marts["marts.mart_town_week"].drop_nulls("footfall_index")
    assert weeks["footfall_index_seasonal"].to_list() == pytest.approx([100] * 4)


def test_the_sensitivity_is_that_of_the_last_week_of_the_quarter(marts: Marts) -> None:
    found = marts["marts.mart_index_sensitivity"]
    assert found["quarter"].unique().to_list() == ["2025-Q1"]
    assert found["iso_week"].unique().to_list() == ["2025-W13"]
    assert sorted(found["factor"]) == ["rule", "value:footfall_index", "weight:animation", "weight:frequentation"]
    # 57.74 and 50.5: their two means differ by 0.1, the interval of the passages moves the index by some points
    assert found.filter(pl.col("total") > 0.9)["indicator"].to_list() == ["footfall_index"]


def test_two_builds_give_the_same_bands_to_the_last_bit(read_case: Read, tmp_path: Path, build_marts: Build) -> None:
    first = build_marts(read_case(CASES / "indicators_come_and_go"))
    (tmp_path / "case.duckdb").unlink()
    second = build_marts(read_case(CASES / "indicators_come_and_go"))
    for table in ("marts.mart_town_week", "marts.mart_index_sensitivity", "marts.mart_index_receipt_week"):
        assert first[table].equals(second[table])


def test_an_indicator_that_waits_for_its_goalposts_shows_its_value_and_enters_nothing(
    read_case: Read, build_marts: Build, tmp_path: Path
) -> None:
    source, folder = CASES / "indicators_come_and_go", tmp_path / "waiting"
    folder.mkdir()
    for path in source.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    text = (source / "town.toml").read_text("utf-8")
    (folder / "town.toml").write_text(text.replace("low = 0.0\nhigh = 8.0\n", ""), encoding="utf-8")
    marts = build_marts(read_case(folder))
    lines = marts["marts.mart_index_receipt_week"].filter(iso_week="2025-W13", indicator="event_days_4w")
    assert lines.select("value", "score", "weight", "status").rows() == [(4, None, 0, "absent")]
    told = week(marts, "2025-W13")
    assert (told["n_indicators"], told["n_indicators_expected"]) == (1, 2)
    # the footfall alone: 1 + 99 (107.317073 - 50) / 100
    assert told["attractiveness_index"] == pytest.approx(57.743902)
