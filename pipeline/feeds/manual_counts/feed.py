"""Counts made by people beside a counter, by which it is calibrated: one row an interval."""

from datetime import timedelta

from pipeline.contract import Column, Feed, Identifier, Integer, Label, LocalDatetime, RowRule, SpanRule
from pipeline.contract.units import PASSAGES
from pipeline.feeds._validity import TOWN

FEED = Feed(
    name="manual_counts",
    title=Label("Comptages manuels", "Manual counts"),
    description=Label("Comptages faits à la main devant un compteur, pour l'étalonner.", "Counts made by hand beside a counter, to calibrate it."),
    owner=TOWN,
    cadence=Label("deux fois par an", "twice a year"),
    key=("counter_id", "start"),
    is_reference=True,
    columns=(
        Column("counter_id", "compteur", Identifier(), Label("Compteur", "Counter"), references="counters", example="GR12"),
        Column("start", "debut", LocalDatetime(future_allowed=False), Label("Début", "Start"), example="03/11/2025 14:00"),
        Column("end", "fin", LocalDatetime(future_allowed=False, until_midnight=True), Label("Fin", "End"), example="03/11/2025 15:00"),
        Column("count", "comptage_manuel", Integer(minimum=0), Label("Comptage manuel", "Manual count"), unit=PASSAGES, example="131"),
    ),
    rules=(RowRule("start", "<", "end", Label("le début doit précéder la fin", "start must be before end")),),
    spans=(SpanRule("start", "end", timedelta(hours=24), Label("un comptage manuel dure 24 heures au plus", "a manual count lasts 24 hours at most")),),
)  # fmt: skip
