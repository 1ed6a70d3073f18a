"""Pedestrian counts: one row a counter, an interval and a direction."""

from datetime import timedelta

from pipeline.contract import Choice, Column, Enum, Feed, Identifier, Label, LocalDatetime, Number, RowRule, SpanRule
from pipeline.contract.units import PASSAGES

FEED = Feed(
    name="footfall",
    title=Label("Comptages piétons", "Pedestrian counts"),
    description=Label(
        "Passages comptés par chaque compteur, intervalle par intervalle. Suit etalab/schema-comptage-mobilites-measure.",
        "Passages counted by each counter, interval by interval. Follows etalab/schema-comptage-mobilites-measure.",
    ),
    owner=Label("association de commerçants", "traders' association"),
    cadence=Label("chaque semaine", "weekly"),
    key=("counter_id", "start", "direction"),
    interval_end="end",
    sources=(("Comptage des mobilités (etalab, 0.2.5)", "https://github.com/etalab/schema-comptage-mobilites"),),
    columns=(
        Column("counter_id", "compteur", Identifier(), Label("Compteur", "Counter"), references="counters", example="GR12",
               description=Label("Code du compteur, tel que dans la liste des compteurs", "Code of the counter, as in the list of counters")),
        Column("start", "debut", LocalDatetime(future_allowed=False), Label("Début", "Start"), example="03/11/2025 14:00",
               description=Label("Inclus, heure de la ville", "Inclusive, the town's local time")),
        Column("end", "fin", LocalDatetime(future_allowed=False, until_midnight=True), Label("Fin", "End"), required=False, example="03/11/2025 15:00",
               description=Label("Exclue ; vide = début + le pas du compteur", "Exclusive; empty = start + the counter's step")),
        Column("count", "passages", Number(minimum=0), Label("Passages", "Passages"), unit=PASSAGES, required=False, must_exist=True, example="128",
               description=Label("0 = personne n'est passé ; vide = non compté", "0 = nobody passed; empty = not counted")),
        Column("direction", "sens", Enum((
                   Choice("both", Label("total", "both"), ("les deux", "tous", "total")),
                   Choice("in", Label("entrant", "in"), ("entree", "entrée", "vers le centre")),
                   Choice("out", Label("sortant", "out"), ("sortie", "hors du centre")),
               )), Label("Sens", "Direction"), required=False, empty_means="both", example="total",
               description=Label("Vide = total", "Empty = both")),
    ),
    rules=(RowRule("start", "<", "end", Label("le début doit précéder la fin", "start must be before end")),),
    spans=(SpanRule("start", "end", timedelta(days=31), Label("un intervalle dure 31 jours au plus", "an interval lasts 31 days at most")),),
)  # fmt: skip
