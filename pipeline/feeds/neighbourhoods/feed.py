"""Neighbourhoods of the town and their inhabitants: one row a neighbourhood and a vintage."""

from pipeline.contract import Column, Feed, Identifier, Integer, Label, Number, String
from pipeline.contract.units import DEGREES, INHABITANTS, M
from pipeline.feeds._validity import TOWN, VALIDITY, VALIDITY_RULE

FEED = Feed(
    name="neighbourhoods",
    title=Label("Quartiers", "Neighbourhoods"),
    description=Label("Les quartiers, leur population et leur centre de gravité.", "The neighbourhoods, their population and centroid."),
    owner=TOWN,
    cadence=Label("chaque année", "yearly"),
    key=("neighbourhood_id", "valid_from"),
    is_reference=True,
    columns=(
        Column("neighbourhood_id", "quartier", Identifier(), Label("Quartier", "Neighbourhood"), example="920720101"),
        Column("name", "nom", String(max_length=120), Label("Nom", "Name"), example="Bruyères"),
        Column("iris_codes", "codes_iris", String(max_length=400), Label("Codes IRIS", "IRIS codes"), required=False, example="920720101",
               description=Label("Séparés par des espaces", "Separated by spaces")),
        Column("population", "population", Number(minimum=0), Label("Population", "Population"), unit=INHABITANTS, example="1649"),
        Column("year", "annee", Integer(minimum=1900, maximum=2100), Label("Année", "Year"), example="2016"),
        Column("source", "source", String(), Label("Source", "Source"), example="Insee RP2016"),
        Column("lat", "lat", Number(minimum=-90, maximum=90), Label("Latitude", "Latitude"), unit=DEGREES, example="48.8161"),
        Column("lon", "lon", Number(minimum=-180, maximum=180), Label("Longitude", "Longitude"), unit=DEGREES, example="2.1993"),
        Column("altitude_m", "altitude_m", Number(minimum=-500, maximum=9000), Label("Altitude", "Altitude"), unit=M, required=False, example="95"),
        *VALIDITY,
    ),
    rules=(VALIDITY_RULE,),
)  # fmt: skip
