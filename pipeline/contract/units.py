"""Units: one object a unit, so that a quantity is named the same way everywhere."""

from dataclasses import dataclass

from pipeline.contract.labels import Label


@dataclass(frozen=True, slots=True)
class Unit:
    """`symbol` is what stands behind a figure; `suffix` is what ends the name of a column that holds it."""

    symbol: str
    label: Label
    suffix: str = ""


PASSAGES = Unit("passages", Label("passages", "passages"))
EUR = Unit("€", Label("euros", "euros"), "_eur")
M2 = Unit("m²", Label("mètres carrés", "square metres"), "_m2")
M = Unit("m", Label("mètres", "metres"), "_m")
MIN = Unit("min", Label("minutes", "minutes"), "_min")
DEGREES = Unit("°", Label("degrés (WGS84)", "degrees (WGS84)"))
CELSIUS = Unit("°C", Label("degrés Celsius", "degrees Celsius"), "_c")
MM = Unit("mm", Label("millimètres", "millimetres"), "_mm")
KMH = Unit("km/h", Label("kilomètres par heure", "kilometres per hour"), "_kmh")
PER_HOUR = Unit("/h", Label("par heure", "per hour"), "_per_hour")
INHABITANTS = Unit("hab.", Label("habitants", "inhabitants"))
PEOPLE = Unit("pers.", Label("personnes", "people"))
