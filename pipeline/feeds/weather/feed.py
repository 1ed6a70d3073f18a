"""Daily weather: one row a day."""

from pipeline.contract import Column, Date, Feed, Label, Number
from pipeline.contract.units import CELSIUS, KMH, MM
from pipeline.feeds._validity import TOWN

FEED = Feed(
    name="weather",
    title=Label("Météo", "Weather"),
    description=Label("Le temps de chaque jour, d'une station proche.", "Each day's weather, from a station nearby."),
    owner=TOWN,
    cadence=Label("chaque mois", "monthly"),
    key=("date",),
    is_reference=True,
    columns=(
        Column("date", "date", Date(future_allowed=False), Label("Date", "Date"), example="03/11/2025"),
        Column("temp_max_c", "temp_max_c", Number(minimum=-60, maximum=60), Label("Température maximale", "Maximum temperature"), unit=CELSIUS,
               required=False, must_exist=True, example="14,2"),
        Column("rain_mm", "pluie_mm", Number(minimum=0, maximum=1000), Label("Pluie", "Rain"), unit=MM, required=False, must_exist=True, example="3,4"),
        Column("wind_max_kmh", "vent_max_kmh", Number(minimum=0, maximum=400), Label("Vent maximal", "Maximum wind"), unit=KMH, required=False, example="42"),
    ),
)  # fmt: skip
