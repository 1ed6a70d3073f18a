"""Analytic model on the competing centres: where the people of each neighbourhood would go, by Huff's model."""

from itertools import product

import polars as pl

from pipeline.analytics.huff import GAMMAS, LAMBDAS, huff_shares, leakage
from pipeline.analytics.links import haversine_m, walk_min
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of, no_rows

Frames = dict[str, pl.DataFrame]


def centre_share(frames: Frames, town: Town) -> pl.DataFrame:
    """Shares of the town's own centre and of each competing one, by neighbourhood, at the last published week.

    The ways are measured alike for all centres, straight line x detour factor on flat ground: the distances that are
    known for the town's own centre alone would favour it or harm it. Nearer than the town's reference_min counts as
    reference_min: people do not all live at the centroid, and t^-lambda has no bound at 0. No rows for a town that
    declares no competing centre.
    """
    model, keys = "centre_share", ("neighbourhood_id", "centre_id")
    people = frames["intermediate.int_neighbourhood_week"]
    people = people.filter(pl.col("week_start") == pl.col("week_start").max())
    located = people.filter(pl.all_horizontal(pl.col("lat", "lon").is_not_null()))
    if not town.competing_centres or located.is_empty():
        return no_rows(model, dict.fromkeys(keys, pl.String))
    ways = _ways(located, town)
    pairs = [huff_shares(ways, gamma=gamma, decay=decay) for gamma, decay in product(GAMMAS, LAMBDAS)]
    band = pl.concat(pairs).group_by(keys).agg(share_low=pl.col("share").min(), share_high=pl.col("share").max())
    middle = huff_shares(ways, gamma=GAMMAS[len(GAMMAS) // 2], decay=LAMBDAS[len(LAMBDAS) // 2])
    lost = leakage(ways, home=town.insee_code).rename({"leakage": "leakage_share"})
    return (
        ways.join(middle, on=keys)
        .join(band, on=keys)
        .join(lost, on="neighbourhood_id")
        .select(columns_of(model))
        .sort(keys)
    )


def _ways(people: pl.DataFrame, town: Town) -> pl.DataFrame:
    """(neighbourhood_id, centre_id, attractiveness, minutes), a row a neighbourhood and centre."""
    own = (town.insee_code, town.centre_attractiveness, town.centre_lat, town.centre_lon)
    centres = [own, *((p.insee_code, p.attractiveness, p.lat, p.lon) for p in town.competing_centres)]
    parts = []
    for centre_id, attractiveness, lat, lon in centres:
        if attractiveness is None or lat is None or lon is None:
            raise ValueError(f"centre {centre_id} lacks its place or its attractiveness")
        distance = haversine_m(pl.col("lat"), pl.col("lon"), lat, lon) * town.detour_factor
        minutes = walk_min(distance, pl.lit(0.0), pl.lit(0.0)).clip(lower_bound=town.reference_min)
        parts.append(
            people.select(
                "neighbourhood_id",
                centre_id=pl.lit(centre_id),
                attractiveness=pl.lit(attractiveness, dtype=pl.Float64),
                minutes=minutes,
            )
        )
    return pl.concat(parts)
