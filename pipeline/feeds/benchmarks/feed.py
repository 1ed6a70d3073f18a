"""Published figures of neighbouring towns: one row a town, an indicator and a year."""

from pipeline.contract import Column, Feed, Identifier, Integer, Label, Number, String
from pipeline.contract.units import INHABITANTS
from pipeline.feeds._validity import TOWN

FEED = Feed(
    name="benchmarks",
    title=Label("Communes voisines", "Neighbouring towns"),
    description=Label("Les chiffres publiés des communes comparables, avec leur source.", "Published figures of comparable towns, with their source."),
    owner=TOWN,
    cadence=Label("chaque année", "yearly"),
    key=("insee_code", "indicator", "year"),
    is_reference=True,
    columns=(
        Column("town_name", "commune", String(max_length=120), Label("Commune", "Town"), example="Meudon"),
        Column("insee_code", "code_insee", Identifier(pattern=r"[0-9AB]{5}"), Label("Code Insee", "Insee code"), example="92048"),
        Column("indicator", "indicateur", Identifier(), Label("Indicateur", "Indicator"), example="commerces"),
        Column("value", "valeur", Number(), Label("Valeur", "Value"), example="312"),
        Column("population", "population", Number(minimum=1), Label("Population", "Population"), unit=INHABITANTS, example="45328"),
        Column("year", "annee", Integer(minimum=1900, maximum=2100), Label("Année", "Year"), example="2016"),
        Column("source", "source", String(), Label("Source", "Source"), example="Insee BPE"),
        Column("definition", "definition", String(max_length=1000), Label("Définition", "Definition"), example="Commerces de détail au 1er janvier"),
    ),
)  # fmt: skip
