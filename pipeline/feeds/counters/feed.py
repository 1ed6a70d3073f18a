"""Counters of pedestrians: one row a state of a counter."""

from pipeline.contract import Boolean, Choice, Column, Enum, Feed, Identifier, Integer, Label, Number, String
from pipeline.contract.units import DEGREES, MIN
from pipeline.feeds._validity import TOWN, VALIDITY, VALIDITY_RULE

FEED = Feed(
    name="counters",
    title=Label("Compteurs", "Counters"),
    description=Label("Les compteurs, leur place et leurs changements.", "The counters, their place and their changes."),
    owner=TOWN,
    cadence=Label("à chaque changement", "at each change"),
    key=("counter_id", "valid_from"),
    is_reference=True,
    columns=(
        Column("counter_id", "compteur", Identifier(), Label("Compteur", "Counter"), example="GR12"),
        Column("name", "nom", String(max_length=120), Label("Nom", "Name"), example="Grande Rue, n° 12"),
        Column("lat", "lat", Number(minimum=-90, maximum=90), Label("Latitude", "Latitude"), unit=DEGREES, required=False, example="48.8235"),
        Column("lon", "lon", Number(minimum=-180, maximum=180), Label("Longitude", "Longitude"), unit=DEGREES, required=False, example="2.2110"),
        Column("technology", "technologie", String(max_length=80), Label("Technologie", "Technology"), required=False, example="laser"),
        Column("directions", "sens", Enum((
                   Choice("both", Label("total", "both"), ("les deux",)),
                   Choice("in_out", Label("entrant et sortant", "in and out"), ("entrant/sortant",)),
               )), Label("Sens mesurés", "Directions measured"), required=False, example="total"),
        Column("gateway_neighbourhood_id", "porte_de_quartier", Identifier(), Label("Porte de quartier", "Gateway of"), references="neighbourhoods",
               required=False, example="920720102",
               description=Label("Quartier dont ce compteur observe le chemin vers le centre", "Neighbourhood whose way to the centre it watches")),
        Column("is_in_centre", "dans_centre", Boolean(), Label("Dans le centre", "In the centre"), example="oui"),
        Column("step_min", "pas_minutes", Integer(minimum=1, maximum=1440), Label("Pas de temps", "Step"), unit=MIN, example="60"),
        Column("sensitivity_period", "periode_sensibilite", Identifier(), Label("Période de sensibilité", "Sensitivity period"), required=False, example="A",
               description=Label("Une nouvelle valeur marque une rupture : matériel, place ou réglage changés",
                                 "A new value marks a break: hardware, place or setting changed")),
        Column("replaces_counter_id", "remplace", Identifier(), Label("Remplace", "Replaces"), required=False, example="GR11",
               description=Label("Compteur que celui-ci remplace ; si les deux comptent sept jours ensemble, les chiffres d'avant restent comparables",
                                 "Counter that this one replaces; where both count for seven days, the figures before stay comparable")),
        *VALIDITY,
    ),
    rules=(VALIDITY_RULE,),
)  # fmt: skip
