"""Events: what is found, how sure it is said to be, and what is not claimed."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipeline.analytics.baseline import baseline
from pipeline.analytics.placebo import Placebos
from pipeline.analytics.uplift import (
    cost_per_extra_visit,
    event_uplifts,
    ground_of,
    smallest_detectable_effects,
    verdict,
)

FIRST = date(2024, 1, 1)
N_DAYS = 500
WEEK = np.array([800, 850, 850, 900, 1100, 1600, 500], dtype=float)
DAYS = [FIRST + timedelta(days=i) for i in range(N_DAYS)]
SATURDAY = date(2025, 3, 1)
COUNTERS = {"centre 1": 1.0, "centre 2": 0.4, "far 1": 0.7, "far 2": 2.0}


def daily(effect: float = 1.0, elsewhere: float = 1.0, after: float = 1.0, noise: float = 0.05) -> pl.DataFrame:
    """Four counters; on SATURDAY the centre's are multiplied by `effect`, the others by `elsewhere`, the week after
    by `after`.
    """
    random = np.random.default_rng(11)
    shared_noise = np.exp(random.normal(0, noise, N_DAYS))
    at = (SATURDAY - FIRST).days
    parts = []
    for counter, size in COUNTERS.items():
        counts = size * WEEK[np.arange(N_DAYS) % 7] * shared_noise * np.exp(random.normal(0, noise / 2, N_DAYS))
        in_centre = counter.startswith("centre")
        counts[at] *= effect if in_centre else elsewhere
        counts[at + 1 : at + 8] *= after if in_centre else 1.0
        parts.append(pl.DataFrame({"counter_id": counter, "day": DAYS, "passages": counts.round()}))
    return pl.concat(parts).with_columns(is_usable=pl.col("day") != SATURDAY, is_event=pl.col("day") == SATURDAY)


def days(unusual: tuple[date, ...] = ()) -> pl.DataFrame:
    return pl.DataFrame({"day": DAYS}).with_columns(is_unusual=pl.col("day").is_in(list(unusual)))


def event(
    first: date = SATURDAY, n_days: int = 1, cost: float | None = 6000.0, third: float | None = None
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "event_id": ["e"],
            "first_day": [first],
            "last_day": [first + timedelta(days=n_days - 1)],
            "treated": [["centre 1", "centre 2"]],
            "elsewhere": [["far 1", "far 2"]],
            "controls": [["far 1", "far 2"]],
            "same_weekday_effect": pl.Series([third], dtype=pl.Float64),
            "full_cost_eur": pl.Series([cost], dtype=pl.Float64),
        }
    )


def result(frame: pl.DataFrame, asked: pl.DataFrame | None = None) -> dict[str, object]:
    return event_uplifts(event() if asked is None else asked, ground_of(frame, days())).row(0, named=True)


def test_a_planted_effect_is_found_proven_and_costed() -> None:
    with_it, without = result(daily(effect=1.5)), result(daily())
    # the noise is the same, so the passages added are exactly the difference of what was observed
    planted = with_it["observed"] - without["observed"]
    assert with_it["expected"] == pytest.approx(without["expected"])
    assert with_it["uplift_low"] < planted < with_it["uplift_high"]
    assert with_it["uplift"] == pytest.approx(with_it["observed"] - with_it["expected"])
    assert with_it["effect_low"] < 0.5 < with_it["effect_high"]
    assert with_it["verdict"] == "proven"
    assert with_it["cost_per_extra_visit"] == pytest.approx(6000 / with_it["uplift"])
    assert with_it["cost_per_extra_visit_low"] == pytest.approx(6000 / with_it["uplift_high"])


def test_where_nothing_happened_nothing_is_proven_and_no_cost_is_told() -> None:
    row = result(daily())
    assert row["effect_low"] < 0 < row["effect_high"]
    assert row["verdict"] == "not_proven"
    assert row["cost_per_extra_visit"] is None


def test_the_second_opinion_sees_the_effect_too_and_the_third_can_deny_it() -> None:
    row = result(daily(effect=1.5), event(third=0.4))
    # the synthetic control shares the day's noise, so it is closer
    assert row["synthetic_effect"] == pytest.approx(0.5, abs=0.08)
    assert row["verdict"] == "proven"
    assert result(daily(effect=1.5), event(third=-0.1))["verdict"] == "not_proven"


def test_the_net_uplift_is_the_gain_less_what_was_lost_elsewhere() -> None:
    row = result(daily(effect=1.5, elsewhere=0.8))
    assert row["net_uplift"] == pytest.approx(row["uplift"] + row["displacement"])
    assert row["displacement"] < 0 < row["uplift"]
    assert row["net_uplift_low"] < row["net_uplift"] < row["net_uplift_high"]


def test_controls_that_share_the_days_noise_narrow_the_interval() -> None:
    frame = daily(effect=1.2)
    level = frame.filter(counter_id="far 2").select("day", control_level=pl.col("passages").log1p())
    with_control = frame.filter(pl.col("counter_id").str.starts_with("centre")).join(level, on="day")
    controlled = ground_of(with_control, days(), regressors=["control_level"])
    row = event_uplifts(event(), ground_of(frame, days()), controlled=controlled).row(0, named=True)
    plain = result(frame)
    # the shared noise is 5 %, the own 2.5 % of each counter
    assert row["effect_high"] - row["effect_low"] < 0.75 * (plain["effect_high"] - plain["effect_low"])
    assert row["effect_low"] < 0.2 < row["effect_high"]
    assert row["displacement"] == plain["displacement"]


def test_the_coverage_of_the_interval_is_measured_on_the_placebos_themselves() -> None:
    row = result(daily())
    assert row["n_covered_checks"] == row["n_placebos"] - 19
    assert 0.85 < row["covered_share"] <= 1
    # the 19 oldest are 0.01 to 0.19; then 0.20 lies beyond the largest of 19, 0.05 within that of 20
    errors = np.array([*range(1, 20), 20, 5])[::-1] / 100
    assert Placebos(errors, "same").is_covered.tolist() == [False, True]


def test_a_break_of_sensitivity_is_neither_learnt_across_nor_compared_across() -> None:
    # from 30 days before the event the centre's first counter sees twice as many
    breaks_on = SATURDAY - timedelta(days=30)
    is_new = (pl.col("counter_id") == "centre 1") & (pl.col("day") >= breaks_on)
    doubled = pl.when(is_new).then(2 * pl.col("passages")).otherwise("passages")
    frame = daily(noise=0.02).with_columns(passages=doubled, sensitivity_period=is_new.cast(pl.Int64))
    row = result(frame)
    assert row["counters"] == ["centre 1", "centre 2"]
    assert row["effect"] == pytest.approx(0, abs=0.06)
    assert row["synthetic_effect"] == pytest.approx(0, abs=0.06)
    # the windows of the old period still tell how far off a forecast is; those across the break tell nothing
    assert 40 < row["n_placebos"] < result(daily(noise=0.02))["n_placebos"]
    assert row["effect_high"] - row["effect_low"] < 0.2


def test_an_event_touches_only_the_counters_that_it_is_told_to_touch() -> None:
    # an event elsewhere every Saturday: the centre's Saturdays stay ordinary
    is_touched = pl.col("counter_id").str.starts_with("far") & (pl.col("day").dt.weekday() == 6)
    frame = daily().with_columns(is_event=pl.col("is_event") | is_touched, is_usable=pl.col("is_usable") & ~is_touched)
    assert result(frame)["n_placebos"] == result(daily())["n_placebos"]
    assert result(frame)["displacement"] is None


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({}, None),
        ({"treated": []}, "no_counter"),
        ({"first_day": DAYS[-1] + timedelta(days=1), "last_day": DAYS[-1] + timedelta(days=1)}, "not_counted"),
        ({"last_day": SATURDAY + timedelta(days=28)}, "too_long"),
        ({"first_day": DAYS[20], "last_day": DAYS[20]}, "no_forecast"),
        ({"first_day": date(2024, 2, 10), "last_day": date(2024, 2, 10)}, "too_few_placebos"),
    ],
)
def test_why_a_figure_is_missing_is_said(asked: dict[str, object], reason: str | None) -> None:
    told = pl.DataFrame([event().row(0, named=True) | asked], schema=event().schema)
    assert result(daily(), told)["missing_reason"] == reason


def test_what_the_centre_gained_from_elsewhere_and_lost_the_week_after_is_told() -> None:
    row = result(daily(effect=1.5, elsewhere=0.6, after=0.7))
    assert row["displacement_high"] < 0
    assert row["rebound_high"] < 0
    plain = result(daily(effect=1.5))
    assert plain["displacement_low"] < 0 < plain["displacement_high"]
    assert plain["rebound_low"] < 0 < plain["rebound_high"]


def test_counts_too_noisy_to_see_a_plausible_effect_are_said_to_be() -> None:
    row = result(daily(noise=0.35))
    assert row["smallest_detectable"] > 0.4
    assert row["verdict"] == "undetectable"


def test_a_counter_that_missed_a_day_of_the_event_leaves_it() -> None:
    broken = daily(effect=1.5).with_columns(
        passages=pl.when((pl.col("counter_id") == "centre 1") & (pl.col("day") == SATURDAY))
        .then(None)
        .otherwise("passages")
    )
    assert result(broken)["observed"] == daily(effect=1.5).filter(counter_id="centre 2", day=SATURDAY)["passages"][0]


def test_an_event_nobody_counted_has_no_figures_and_is_undetectable() -> None:
    uncounted = daily().with_columns(passages=pl.when(pl.col("day") != SATURDAY).then("passages"))
    row = result(uncounted)
    assert [row[name] for name in ("observed", "expected", "uplift", "effect_low", "rebound")] == [None] * 5
    assert row["verdict"] == "undetectable"


def test_an_event_before_enough_placebos_has_an_estimate_but_no_interval() -> None:
    # the first day with 28 days before it is 29 January: twelve windows of any weekday until then
    row = result(daily(), event(first=date(2024, 2, 10)))
    assert row["n_placebos"] == 12
    assert row["expected"] is not None
    assert (row["effect_low"], row["smallest_detectable"], row["verdict"]) == (None, None, "undetectable")


def test_without_any_count_there_is_a_row_for_each_event() -> None:
    row = result(daily().clear())
    assert (row["event_id"], row["observed"], row["n_placebos"]) == ("e", None, 0)


def test_an_event_in_the_first_days_of_counting_is_no_error() -> None:
    row = result(daily().filter(pl.col("day") < date(2024, 1, 6)), event(first=date(2024, 1, 4)))
    assert (row["expected"], row["rebound"], row["verdict"]) == (None, None, "undetectable")


def test_placebos_are_past_windows_of_the_same_weekday_without_an_event() -> None:
    # the first day with 28 days before it is 29 January 2024, the first Saturday 3 February, the last 22 February 2025
    row = result(daily())
    first = date(2024, 2, 3)
    assert row["n_placebos"] == (date(2025, 2, 22) - first).days // 7 + 1
    assert row["placebo_weekdays"] == "same"


def test_the_future_never_changes_a_past_verdict() -> None:
    until = pl.col("day") <= SATURDAY + timedelta(days=7)
    frame = daily(effect=1.3)
    assert result(frame.filter(until)) == result(frame)


def test_an_unusual_day_is_measured_against_unusual_days_of_any_weekday() -> None:
    holidays = tuple(DAYS[i] for i in range(40, N_DAYS, 15))
    row = event_uplifts(event(first=holidays[-3]), ground_of(daily(), days(holidays))).row(0, named=True)
    assert row["placebo_weekdays"] == "any"
    # the holidays before it, all forecast, none touching the event
    assert row["n_placebos"] == len([day for day in holidays[:-3] if day != SATURDAY])


def test_before_the_vote_the_smallest_effect_that_could_be_seen_is_told() -> None:
    asked = event(first=DAYS[-1] + timedelta(days=12)).with_columns(is_unusual=pl.lit(False))
    row = smallest_detectable_effects(asked, ground_of(daily(), days())).row(0, named=True)
    # errors of a day: noise 5 % shared and about 2 % own, and the level's: about 6 %: 2.8 * 0.06
    assert 0.12 < row["smallest_detectable"] < 0.25
    noisier = smallest_detectable_effects(asked, ground_of(daily(noise=0.1), days())).row(0, named=True)
    assert noisier["smallest_detectable"] > 1.5 * row["smallest_detectable"]


def test_before_the_vote_the_usual_passages_are_those_of_the_four_latest_days_alike() -> None:
    coming = DAYS[-1] + timedelta(days=12)  # a Monday, as are the four latest of its weekday
    asked = event(first=coming).with_columns(is_unusual=pl.lit(False))
    mondays = [day for day in DAYS if day.weekday() == coming.weekday()][-4:]
    centre = daily().filter(pl.col("counter_id").str.starts_with("centre"), pl.col("day").is_in(mondays))
    row = smallest_detectable_effects(asked, ground_of(daily(), days())).row(0, named=True)
    assert row["usual"] == pytest.approx(centre["passages"].sum() / 4)


def test_before_the_vote_a_holiday_to_come_is_measured_against_holidays() -> None:
    holidays = tuple(DAYS[i] for i in range(40, N_DAYS, 15))
    asked = event(first=DAYS[-1] + timedelta(days=12)).with_columns(is_unusual=pl.lit(True))
    row = smallest_detectable_effects(asked, ground_of(daily(), days(holidays))).row(0, named=True)
    assert (row["n_placebos"], row["placebo_weekdays"]) == (len([day for day in holidays if day != SATURDAY]), "any")


def test_an_event_on_every_saturday_has_no_saturday_to_be_compared_with() -> None:
    weekly = daily(effect=1.5).with_columns(is_usable=pl.col("day").dt.weekday() != 6)
    row = result(weekly)
    assert (row["expected"], row["missing_reason"], row["verdict"]) == (None, "no_forecast", "undetectable")


def test_scaling_all_counts_leaves_shares_unchanged() -> None:
    frame = daily(effect=1.4)
    scaled = result(frame.with_columns(pl.col("passages") * 50))
    for name in ("effect", "effect_low", "effect_high", "synthetic_effect"):
        assert scaled[name] == pytest.approx(result(frame)[name], abs=2e-3)


@pytest.mark.parametrize(
    ("interval", "opinions", "detectable", "said"),
    [
        ((0.02, 0.3), [0.1, None], 0.2, "proven"),
        ((0.02, 0.3), [None, None], 0.2, "proven"),
        ((0.02, 0.3), [0.1, -0.01], 0.2, "not_proven"),
        ((-0.01, 0.3), [0.1, 0.1], 0.2, "not_proven"),
        ((-0.3, -0.1), [-0.1], 0.2, "not_proven"),
        ((-0.3, 0.5), [0.1], 0.41, "undetectable"),
        ((0.1, 0.9), [0.5], 0.41, "proven"),
        (None, [0.5], None, "undetectable"),
    ],
)
def test_three_words(
    interval: tuple[float, float] | None, opinions: list[float | None], detectable: float | None, said: str
) -> None:
    assert verdict(interval, opinions, detectable) == said


def test_a_cost_per_visit_is_not_determinable_where_the_uplift_may_be_none() -> None:
    assert cost_per_extra_visit(4500, (300, 1500), 900) == (5, 3, 15)
    assert cost_per_extra_visit(4500, (-10, 1500), 700) is None
    assert cost_per_extra_visit(4500, None, 700) is None


def test_the_half_width_is_the_conformal_rank_of_the_absolute_errors() -> None:
    errors = np.arange(1, 101) / 100 * np.where(np.arange(100) % 2, 1, -1)
    # ceil(101 * 0.95) = 96th smallest of 0.01 to 1.00; of 19 errors the 19th
    assert Placebos(errors, "same").half_width == pytest.approx(0.96)
    assert Placebos(errors[:19], "same").half_width == pytest.approx(0.19)
    assert Placebos(errors[:18], "same").half_width is None


def test_a_forecast_never_learns_from_the_day_itself_nor_from_days_that_are_not_usable() -> None:
    frame = daily()
    column = (SATURDAY - FIRST).days
    spoilt = frame.with_columns(passages=pl.when(pl.col("day") >= SATURDAY).then(9e6).otherwise("passages"))
    there = baseline(spoilt, first_days=[SATURDAY]).expected[0, column, 0]
    assert there == pytest.approx(baseline(frame, first_days=[SATURDAY]).expected[0, column, 0])
    later = SATURDAY + timedelta(days=7)
    only = frame.with_columns(passages=pl.when(pl.col("day") == SATURDAY).then(9e6).otherwise("passages"))
    assert baseline(only, first_days=[later]).expected[0, column + 7, 0] < 3000


def test_a_forecast_knows_the_weather_but_needs_it() -> None:
    random = np.random.default_rng(0)
    rain = random.gamma(0.5, 6, N_DAYS).round(1)
    weather = pl.DataFrame({"day": DAYS, "rain_mm": rain})
    frame = (
        daily(noise=0.01).join(weather, on="day").with_columns(pl.col("passages") * (-0.02 * pl.col("rain_mm")).exp())
    )
    ordinary = frame.with_columns(is_usable=pl.lit(True))
    with_it, without = (baseline(ordinary, regressors=names, horizon=1) for names in (["rain_mm"], []))
    errors = [np.nanstd(np.log(b.observed[0, 100:] / b.expected[0, 100:, 0])) for b in (with_it, without)]
    assert errors[0] < 0.3 * errors[1]
    unknown = ordinary.with_columns(rain_mm=pl.when(pl.col("day") != SATURDAY).then("rain_mm"))
    found = baseline(unknown, regressors=["rain_mm"], first_days=[SATURDAY], horizon=2)
    assert np.isnan(found.expected[0, (SATURDAY - FIRST).days]).tolist() == [True, False]
