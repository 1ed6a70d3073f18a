"""Leakage to competing centres: Huff's probabilities and their band over the exponents nobody knows exactly."""

from itertools import product

import polars as pl

GAMMAS = (0.8, 0.9, 1.0, 1.1, 1.2)
LAMBDAS = (1.5, 1.75, 2.0, 2.25, 2.5)


def huff_shares(ways: pl.DataFrame, *, gamma: float = 1.0, decay: float = 2.0) -> pl.DataFrame:
    """Probability that the people of a quartier go to each centre: p_ij = A_j^gamma t_ij^-decay / sum over k.

    ways: (neighbourhood_id, centre_id, attractiveness > 0, minutes > 0), a row a quartier and centre; attractiveness
    in any one unit (sales area, number of shops). Returns (neighbourhood_id, centre_id, share), the shares of a
    quartier adding up to 1, in the order of `ways`. Source: Huff 1964, Journal of Marketing 28(3). Raises ValueError
    where attractiveness or minutes are not above 0.
    """
    possible = (pl.col("attractiveness") > 0) & (pl.col("minutes") > 0)
    if ways.filter(~possible.fill_null(False)).height:
        raise ValueError("attractiveness and minutes must be above 0 and known")
    pull = pl.col("attractiveness") ** gamma * pl.col("minutes") ** -decay
    return ways.select("neighbourhood_id", "centre_id", share=pull / pull.sum().over("neighbourhood_id"))


def leakage(
    ways: pl.DataFrame, *, home: str, gammas: tuple[float, ...] = GAMMAS, decays: tuple[float, ...] = LAMBDAS
) -> pl.DataFrame:
    """Share of each quartier that goes to other centres than `home`, with its range over the exponents.

    ways: as in `huff_shares`. Returns (neighbourhood_id, leakage, leakage_low, leakage_high): the leakage at the
    middle of the exponents (the one in the middle of each list), and the smallest and largest over all pairs of them.
    Source: methods.md §5. Raises as `huff_shares`, and ValueError when `home` is not among the centres of a quartier.
    """
    has_home = ways.group_by("neighbourhood_id").agg((pl.col("centre_id") == home).any())
    if not has_home.get_column("centre_id").all():
        raise ValueError(f"{home} is not among the centres of every neighbourhood")
    middle = (gammas[len(gammas) // 2], decays[len(decays) // 2])
    found = pl.concat(
        huff_shares(ways, gamma=gamma, decay=decay)
        .filter(pl.col("centre_id") == home)
        .select("neighbourhood_id", lost=1 - pl.col("share"), is_middle=pl.lit((gamma, decay) == middle))
        for gamma, decay in product(gammas, decays)
    )
    return (
        found.group_by("neighbourhood_id")
        .agg(
            leakage=pl.col("lost").filter("is_middle").first(),
            leakage_low=pl.col("lost").min(),
            leakage_high=pl.col("lost").max(),
        )
        .sort("neighbourhood_id")
    )
