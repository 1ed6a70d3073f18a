"""The ground of the events: what the forecasts may learn from, and what they allow for."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipeline.warehouse.statistics.event_ground import event_ground

FIRST = date(2025, 1, 6)
DAYS = [FIRST + timedelta(days=i) for i in range(120)]
EVENT_DAY, ASKED = DAYS[80], DAYS[110]


def frames(rain_known: int = 120) -> dict[str, pl.DataFrame]:
    """A follows the control B (twice its passages), whose days differ widely; an event touches A on EVENT_DAY."""
    noise = np.exp(np.random.default_rng(1).normal(0, 0.3, len(DAYS)))
    days = pl.DataFrame({"day": DAYS})
    counts = [
        days.with_columns(counter_id=pl.lit(c), passages=pl.Series(n * noise)) for c, n in (("A", 2e4), ("B", 1e4))
    ]
    return {
        "intermediate.int_comparable_day": pl.concat(counts).with_columns(period_no=1),
        "intermediate.int_event_counter": pl.DataFrame({"event_id": ["e"], "counter_id": ["A"], "is_treated": [True]}),
        "intermediate.int_event_day": pl.DataFrame({"event_id": ["e"], "day": [EVENT_DAY], "is_habitual": [False]}),
        "analytics.counter_day_level": pl.DataFrame(
            {"counter_id": ["A"], "day": [DAYS[70]], "is_anomalous_day": [True]}
        ),
        "reference.ref_day": days.with_columns(is_public_holiday=pl.lit(False), is_school_holiday=pl.lit(False)),
        "staging.stg_weather": days.head(rain_known).with_columns(rain_mm=pl.lit(1.0), temp_max_c=pl.lit(9.0)),
    }


def asked() -> pl.Series:
    return pl.Series([ASKED], dtype=pl.Date)


def test_a_forecast_that_allows_for_its_controls_follows_them() -> None:
    ground, allowed_for = event_ground(frames(), asked(), ["B"])
    column = ground.base.day(ASKED)
    assert ground.base.counters == ["A"]
    assert allowed_for[-1] == "control_level"
    assert ground.base.expected[0, column, 0] == pytest.approx(ground.base.observed[0, column], rel=0.02)
    alone, _ = event_ground(frames(), asked())
    assert abs(alone.base.expected[0, column, 0] / alone.base.observed[0, column] - 1) > 0.02


def test_days_of_an_event_and_anomalous_ones_are_not_learnt_from_on_the_counters_concerned() -> None:
    ground, _ = event_ground(frames(), asked())
    unusable = [(ground.base.counters[row], DAYS[day]) for row, day in np.argwhere(~ground.base.is_usable)]
    assert unusable == [("A", DAYS[70]), ("A", EVENT_DAY)]
    assert np.argwhere(ground.is_event).tolist() == [[0, 80]]


def test_weather_enters_where_it_is_known_nearly_always() -> None:
    # 95 % of 120 days = 114
    assert "rain_mm" in event_ground(frames(rain_known=114), asked())[1]
    assert "rain_mm" not in event_ground(frames(rain_known=113), asked())[1]


def test_a_day_without_its_controls_is_not_forecast() -> None:
    told = frames()
    at = (pl.col("counter_id") == "B") & (pl.col("day") == ASKED)
    name = "intermediate.int_comparable_day"
    told[name] = told[name].with_columns(passages=pl.when(~at).then("passages"))
    ground, _ = event_ground(told, asked(), ["B"])
    assert np.isnan(ground.base.expected[0, ground.base.day(ASKED), 0])
