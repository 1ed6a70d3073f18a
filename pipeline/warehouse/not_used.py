"""The raw tables of what was accepted and is not used: what a later upload replaced, and counts told twice."""

import polars as pl

from pipeline.contract import Label
from pipeline.warehouse.raw_tables import RawTable
from pipeline.warehouse.tables import documented

SUPERSEDED = (
    Label("Lignes remplacées par un dépôt plus récent", "Rows superseded by a later upload"),
    documented("""
upload_id | Identifiant du dépôt | Identifier of the upload
feed | Flux | Feed
rows_accepted | Valeurs acceptées à la réception | Values accepted on receipt | valeurs
rows_superseded | Valeurs remplacées depuis | Values superseded since | valeurs
rows_set_aside | Valeurs mises de côté | Values set aside | valeurs
"""),
)
SET_ASIDE = (
    Label("Comptages mis de côté : d'autres disent les mêmes heures", "Counts set aside: others tell the same hours"),
    documented("""
counter_id | Compteur | Counter
direction | Sens | Direction
start | Début, heure locale | Start, local time
start_utc | Début, temps universel | Start, universal time
end_utc | Fin exclue, temps universel | End, exclusive, universal time
hours | Durée | Duration | h
count | Passages mis de côté | Passages set aside | passages
upload_id | Dépôt de la ligne mise de côté | Upload of the line set aside
line | Ligne mise de côté | Line set aside
kept_count | Passages retenus à la place | Passages used instead | passages
kept_hours | Heures retenues et comptées parmi les siennes | Hours used and counted among its own | h
difference | Mis de côté − retenus ; vide : pas les mêmes heures | Set aside − used; empty: other hours | passages
kept_lines | Lignes retenues à la place, dépôt:première-dernière | Lines used instead, upload:first-last
"""),
)


def not_used_tables(superseded: pl.DataFrame, set_aside: pl.DataFrame) -> list[RawTable]:
    """The tables of what `load.stage_feeds` gives."""
    return [
        RawTable("raw.superseded", *SUPERSEDED, superseded),
        RawTable("raw.footfall_set_aside", *SET_ASIDE, set_aside),
    ]
