"""The index of passages against the same ISO week of the base year."""

from datetime import date, timedelta

import polars as pl
import pytest

from pipeline.analytics.seasonal import seasonally_adjusted


def monday(year: int, week: int) -> date:
    return date.fromisocalendar(year, week, 1)


def index(weeks: dict[tuple[int, int], float | None]) -> pl.DataFrame:
    rows = [(monday(*week), value) for week, value in weeks.items()]
    return pl.DataFrame(rows, schema={"week_start": pl.Date, "index": pl.Float64}, orient="row")


def test_a_week_is_measured_against_its_own_season() -> None:
    # December was 160 in the base year: 176 is 10 % more; July was 80: 60 is a quarter less.
    frame = seasonally_adjusted(index({(2025, 29): 80, (2025, 51): 160, (2026, 29): 60, (2026, 51): 176}), 2025)
    assert frame["adjusted"].to_list() == pytest.approx([100, 100, 75, 110])
    assert frame["factor"].to_list() == pytest.approx([0.8, 1.6, 0.8, 1.6])
    assert frame["seasonal_week_start"].to_list()[2:] == [monday(2025, 29), monday(2025, 51)]


def test_week_53_is_measured_against_the_mean_of_weeks_52_and_1() -> None:
    # 2025 has no week 53; (120 + 80) / 2 = 100: 130 / 1.00
    frame = seasonally_adjusted(index({(2025, 1): 80, (2025, 52): 120, (2026, 53): 130}), 2025)
    assert frame["adjusted"].to_list() == pytest.approx([100, 100, 130])
    assert frame["seasonal_week_start"][2] == monday(2025, 52)


def test_a_base_year_of_53_weeks_has_its_own_factor() -> None:
    # 2026 has a week 53; 2032 has the next one.
    frame = seasonally_adjusted(index({(2026, 1): 80, (2026, 52): 120, (2026, 53): 50, (2032, 53): 75}), 2026)
    assert frame["adjusted"][3] == pytest.approx(150)


@pytest.mark.parametrize("base", [None, 0.0])
def test_without_a_season_there_is_no_figure(base: float | None) -> None:
    frame = seasonally_adjusted(index({(2025, 10): base, (2026, 10): 90, (2026, 11): 90}), 2025)
    assert frame["adjusted"].to_list() == [None, None, None]
    assert frame["seasonal_week_start"].to_list() == [None, None, None]


def test_weeks_to_come_never_revise_those_before() -> None:
    known = {(2025 + n // 52, n % 52 + 1): 80.0 + n % 7 for n in range(80)}
    longer = known | {(2026, week): 500.0 for week in range(29, 53)}
    before, after = (seasonally_adjusted(index(weeks), 2025) for weeks in (known, longer))
    assert after.head(before.height).equals(before)
    assert before["week_start"].max() == monday(2025, 1) + timedelta(weeks=79)
