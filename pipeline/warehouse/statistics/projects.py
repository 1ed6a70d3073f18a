"""Analytic model on the ways that are planned: what each would bring if it were built."""

import polars as pl

from pipeline.analytics.links import access, project_effect, travel_minutes
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of, no_rows
from pipeline.warehouse.statistics.links import centre_of

Frames = dict[str, pl.DataFrame]


def link_project(frames: Frames, town: Town) -> pl.DataFrame:
    """The effect of each project against the ways of the last published week; no rows without a known centre.

    Each project is taken alone. A project of a neighbourhood that is not known in that week has no row here; the mart
    shows it without figures.
    """
    centre, model = centre_of(town), "link_project"
    people = frames["intermediate.int_neighbourhood_week"]
    people = people.filter(pl.col("week_start") == pl.col("week_start").max())
    if centre is None:
        return no_rows(model, {"neighbourhood_id": pl.String, "mode": pl.String, "is_estimated": pl.Boolean})
    weekly, projects = frames["intermediate.int_link_week"], frames["intermediate.int_link_project"]
    existing = weekly.filter(pl.col("week_start").is_in(people["week_start"].unique().implode()))
    planned = projects.filter(pl.col("neighbourhood_id").is_in(people["neighbourhood_id"].implode()))
    ways = pl.concat([existing.select(_WAY), planned.select(_WAY)])
    minutes = travel_minutes(ways, people, centre)
    settings = {"beta_per_min": town.beta_per_min, "reference_min": town.reference_min}
    effects = project_effect(minutes, people.select("neighbourhood_id", "population"), **settings)
    built = minutes.filter("is_project").select(
        "neighbourhood_id",
        "mode",
        "is_estimated",
        project_out_min="out_min",
        project_back_min="back_min",
        project_min=pl.col("return_min") / 2,
    )
    now = access(minutes, **settings).select("neighbourhood_id", "access_score")
    share = people.select("neighbourhood_id", town_share=pl.col("population") / pl.col("population").sum())
    saved_per_1000 = pl.when(pl.col("cost_eur") > 0).then(
        1000 * pl.col("inhabitant_minutes_saved") / pl.col("cost_eur")
    )
    return (
        effects.join(built, on=["neighbourhood_id", "mode"])
        .join(planned.select("neighbourhood_id", "mode", "cost_eur"), on=["neighbourhood_id", "mode"])
        .join(now, on="neighbourhood_id")
        .join(share, on="neighbourhood_id")
        .with_columns(
            access_score_if_built=pl.col("access_score") + pl.col("access_score_gain"),
            town_access_score_gain=pl.col("access_score_gain") * pl.col("town_share"),
            inhabitant_minutes_saved_per_1000_eur=saved_per_1000,
        )
        .select(columns_of(model))
        .sort("neighbourhood_id", "mode")
    )


_WAY = (
    *("neighbourhood_id", "mode", "is_project", "distance_m", "ascent_m", "descent_m", "out_min", "back_min"),
    *("departures_per_hour", "first_departure", "last_departure"),
)
