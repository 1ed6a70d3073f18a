"""Commercial premises under observation: one row a state of premises."""

from pipeline.contract import Boolean, Choice, Column, Enum, Feed, Identifier, Label, Number, String
from pipeline.contract.units import DEGREES, M2
from pipeline.feeds._validity import TOWN, VALIDITY, VALIDITY_RULE

FEED = Feed(
    name="premises",
    title=Label("Locaux commerciaux", "Commercial premises"),
    description=Label("Les locaux suivis, occupés ou non.", "The premises under observation, occupied or not."),
    owner=TOWN,
    cadence=Label("à chaque changement", "at each change"),
    key=("premises_id", "valid_from"),
    is_reference=True,
    columns=(
        Column("premises_id", "local", Identifier(), Label("Local", "Premises"), example="L001"),
        Column("address", "adresse", String(), Label("Adresse", "Address"), example="12 Grande Rue"),
        Column("street", "rue", String(max_length=120), Label("Rue", "Street"), example="Grande Rue"),
        Column("neighbourhood_id", "quartier", Identifier(), Label("Quartier", "Neighbourhood"), references="neighbourhoods", example="920720104"),
        Column("sector", "secteur", Enum((
                   Choice("centre", Label("centre", "centre"), ("centre-ville", "centre ville")),
                   Choice("outside", Label("hors centre", "outside the centre"), ("hors-centre",)),
               )), Label("Secteur", "Sector"), example="centre"),
        Column("area_m2", "surface_m2", Number(minimum=1, maximum=50_000), Label("Surface", "Area"), unit=M2, required=False, example="80"),
        Column("lat", "lat", Number(minimum=-90, maximum=90), Label("Latitude", "Latitude"), unit=DEGREES, required=False, example="48.8235"),
        Column("lon", "lon", Number(minimum=-180, maximum=180), Label("Longitude", "Longitude"), unit=DEGREES, required=False, example="2.2110"),
        Column("is_to_let", "a_louer", Boolean(), Label("À louer", "To let"), required=False, example="non",
               description=Label("Disponible à la location ; vide = inconnu", "Available to let; empty = unknown")),
        Column("has_works", "travaux", Boolean(), Label("En travaux", "Under works"), required=False, example="non"),
        *VALIDITY,
    ),
    rules=(VALIDITY_RULE,),
)  # fmt: skip
