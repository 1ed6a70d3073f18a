"""How varied the offer is: Hill numbers, "as many equally common trades"."""

import polars as pl


def hill_numbers(counts: pl.DataFrame, *, by: list[str], n: str = "n") -> pl.DataFrame:
    """Hill numbers of order 0, 1 and 2 of each group of `counts`.

    counts: (*by, a trade or species a row, n >= 0). Returns (*by, hill_0, hill_1, hill_2, n_total) sorted by `by`:
    hill_0 the number of trades with n > 0, hill_1 = exp(Shannon entropy), hill_2 = 1 / sum(p^2), in numbers of
    equally common trades, so hill_0 >= hill_1 >= hill_2 >= 1. A group that counts nothing has hill_0 = 0 and null for
    the others: its variety is not defined. Source: Hill 1973, Ecology 54(2), eq. (2). Raises ValueError when a count
    is negative or null.
    """
    if not (counts.get_column(n).is_not_null() & (counts.get_column(n) >= 0)).all():
        raise ValueError("counts must be zero or more, and known")
    share = pl.col(n) / pl.col(n).sum()
    entropy = -pl.when(pl.col(n) > 0).then(share * share.log()).otherwise(0.0).sum()
    has_any = pl.col(n).sum() > 0
    return (
        counts.group_by(by)
        .agg(
            hill_0=(pl.col(n) > 0).sum().cast(pl.Float64),
            hill_1=pl.when(has_any).then(entropy.exp()),
            hill_2=pl.when(has_any).then(1 / (share**2).sum()),
            n_total=pl.col(n).sum(),
        )
        .sort(by)
    )
