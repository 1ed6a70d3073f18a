"""The raw tables that no feed makes: the town and its settings, the trades, and what became of each upload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from pipeline.contract import Label
from pipeline.contract.town import Town
from pipeline.contract.trades import all_families, all_trades
from pipeline.deposit.store import StoredUpload
from pipeline.warehouse.calendar import calendar_days, calendar_weeks, monday
from pipeline.warehouse.inputs import Inputs
from pipeline.warehouse.revisions import BUILD_SCHEMA, LEDGER, PREVIOUS
from pipeline.warehouse.tables import DocumentedColumn, documented

# Without counts nor events, a town's pages cover the last 52 complete weeks.
WEEKS_WITHOUT_COUNTS = 52
# The calendar reaches a year and two weeks beyond the published weeks, for the comparison with the year before.
CALENDAR_MARGIN = timedelta(weeks=54)
# The receipt's counts: lines of the file, and rows of the feed, of which a wide file has many a line.
# What the receipt says of other uploads (superseding, overlap) depends on which were there; the build says it of all.
ROW_COUNTS = ("read", "accepted", "rejected", "blank", "repeated_header", "repaired")
OF_OTHER_UPLOADS = frozenset({"overlap"})
VALUE_COUNTS = ("read", "accepted", "rejected", "not_counted")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table of schema `raw` made of a frame. columns: documented in the order of the frame."""

    name: str
    title: Label
    columns: tuple[DocumentedColumn, ...]
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Scope:
    """The weeks that are published: the Mondays of the first and of the last, which is complete."""

    first_week: date
    last_week: date

    @classmethod
    def of(cls, as_of: date, first_day: date | None) -> "Scope":
        """first_day: the first day with counts, else with an event; None when the town has neither."""
        last = monday(as_of) - timedelta(weeks=1)
        first = monday(first_day) if first_day else last - timedelta(weeks=WEEKS_WITHOUT_COUNTS - 1)
        return cls(min(first, last), last)

    @property
    def weeks(self) -> int:
        return (self.last_week - self.first_week).days // 7 + 1


# What the build makes by itself beside the feeds: the tables that models may read without anybody sending a file.
SYSTEM_TABLES = (
    "raw.build",
    "raw.town",
    "raw.indicators",
    "raw.peers",
    "raw.trades",
    "raw.calendar_day",
    "raw.calendar_week",
    "raw.uploads",
    "raw.upload_problems",
    "raw.superseded",
    "raw.footfall_hour",
    "raw.footfall_set_aside",
    "raw.event_registrations",
    *PREVIOUS,
)


def system_tables(town: Town, inputs: Inputs, scope: Scope) -> list[RawTable]:
    """Every raw table that does not come from a feed or from the publication before."""
    days = calendar_days(
        min(scope.first_week, date(town.baseline_year, 1, 1)) - CALENDAR_MARGIN, inputs.as_of + CALENDAR_MARGIN, town
    )
    return [
        RawTable("raw.build", *BUILD, build_frame(inputs)),
        RawTable("raw.town", *TOWN, town_frame(town, inputs.as_of, scope)),
        RawTable("raw.indicators", *INDICATORS, indicator_frame(town)),
        RawTable("raw.peers", *PEERS, peer_frame(town)),
        RawTable("raw.trades", *TRADES, trade_frame()),
        RawTable("raw.calendar_day", *CALENDAR_DAY, days),
        RawTable("raw.calendar_week", *CALENDAR_WEEK, calendar_weeks(days)),
        RawTable("raw.uploads", *UPLOADS, upload_frame(inputs.uploads)),
        RawTable("raw.upload_problems", *UPLOAD_PROBLEMS, problem_frame(inputs.uploads)),
    ]


BUILD = (
    Label("La construction de ces tables", "The build of these tables"),
    documented("""
build_id | Identifiant de la construction | Identifier of the build
town | Identifiant de la ville | Identifier of the town
as_of | Jour de référence | Reference day
code | Empreinte du calcul | Digest of the computation
town_folder | Empreinte des réglages de la ville | Digest of the town's settings
"""),
)


def build_frame(inputs: Inputs) -> pl.DataFrame:
    """One row: which build this is and what it was made of."""
    row = (inputs.build_id, inputs.town, inputs.as_of, inputs.code, inputs.town_folder)
    return pl.DataFrame([row], schema=BUILD_SCHEMA, orient="row")


TOWN = (
    Label("La ville et ses réglages", "The town and its settings"),
    documented("""
town | Identifiant de la ville | Identifier of the town
name | Nom | Name
insee_code | Code Insee | Insee code
country | Pays | Country
timezone | Fuseau horaire | Time zone
is_demo | Données simulées | Simulated data
is_archive | Archive : plus rien n'est attendu | Archive: nothing more is expected
as_of | Jour de référence de la construction | Reference day of the build
first_week_start | Lundi de la première semaine publiée | Monday of the first week published
last_week_start | Lundi de la dernière semaine complète | Monday of the last complete week
population | Population | Population | hab.
population_source | Source de la population | Source of the population
school_zone | Zone scolaire | School zone
baseline_year | Année de base des indices | Base year of the indices
opening_from | Heure d'ouverture habituelle des commerces | Usual opening hour of shops | h
opening_to | Heure de fermeture habituelle des commerces | Usual closing hour of shops | h
centre_lat | Latitude du centre | Latitude of the centre | °
centre_lon | Longitude du centre | Longitude of the centre | °
centre_altitude_m | Altitude du centre | Altitude of the centre | m
beta_per_min | Décroissance de l'attrait par minute de trajet | Decay of the pull per minute of travel | /min
detour_factor | Rapport du chemin à pied à la ligne droite | Walking distance over straight line
reference_min | Trajet qui vaut 100 en accès | Journey that scores 100 in access | min
attractiveness_measure | Attrait déclaré des centres : mesure et source | Declared pull of the centres: measure, source
vacancy_target_share | Objectif de vacance | Target of vacancy
level_low | Plancher d'une semaine, en multiple des 8 précédentes | Floor of a week, as a multiple of the 8 before
level_high | Plafond d'une semaine, en multiple des 8 précédentes | Ceiling of a week, as a multiple of the 8 before
"""),
)
TOWN_SCHEMA = pl.Schema(
    {
        "town": pl.String,
        "name": pl.String,
        "insee_code": pl.String,
        "country": pl.String,
        "timezone": pl.String,
        "is_demo": pl.Boolean,
        "is_archive": pl.Boolean,
        "as_of": pl.Date,
        "first_week_start": pl.Date,
        "last_week_start": pl.Date,
        "population": pl.Int64,
        "population_source": pl.String,
        "school_zone": pl.String,
        "baseline_year": pl.Int32,
        "opening_from": pl.Int32,
        "opening_to": pl.Int32,
        "centre_lat": pl.Float64,
        "centre_lon": pl.Float64,
        "centre_altitude_m": pl.Float64,
        "beta_per_min": pl.Float64,
        "detour_factor": pl.Float64,
        "reference_min": pl.Float64,
        "attractiveness_measure": pl.String,
        "vacancy_target_share": pl.Float64,
        "level_low": pl.Float64,
        "level_high": pl.Float64,
    }
)


def town_frame(town: Town, as_of: date, scope: Scope) -> pl.DataFrame:
    """One row: the town's settings, the reference day and the weeks that are published."""
    told: dict[str, Any] = {
        "town": town.id,
        "as_of": as_of,
        "first_week_start": scope.first_week,
        "last_week_start": scope.last_week,
        "opening_from": town.opening_hours[0],
        "opening_to": town.opening_hours[1],
        "level_low": town.level_bounds[0],
        "level_high": town.level_bounds[1],
    }
    row = {name: told[name] if name in told else getattr(town, name) for name in TOWN_SCHEMA}
    return pl.DataFrame([row], schema=TOWN_SCHEMA)


INDICATORS = (
    Label("Les indicateurs de l'indice et leurs bornes figées", "The indicators and their frozen goalposts"),
    documented("""
indicator | Indicateur | Indicator
pillar | Pilier | Pillar
low | Valeur qui vaut 1 ; vide = bornes pas encore figées | Value that scores 1; empty = goalposts not frozen yet
high | Valeur qui vaut 100 | Value that scores 100
weight | Poids dans le pilier | Weight within its pillar
pillar_weight | Poids du pilier | Weight of the pillar
goalposts_year | Année des bornes ; vide = décidées à la main | Year of the goalposts; empty = decided by hand
goalposts_on | Jour du gel | Day of the freezing
goalposts_build | Construction publiée dont elles viennent | Published build from which they come
"""),
)


def indicator_frame(town: Town) -> pl.DataFrame:
    own = [(i.name, i.pillar, i.low, i.high, i.weight, town.pillar_weights[i.pillar]) for i in town.indicators]
    frozen = [(i.goalposts_year, i.goalposts_on, i.goalposts_build) for i in town.indicators]
    schema = {
        "indicator": pl.String,
        "pillar": pl.String,
        **dict.fromkeys(("low", "high", "weight", "pillar_weight"), pl.Float64),
        "goalposts_year": pl.Int32,
        "goalposts_on": pl.Date,
        "goalposts_build": pl.String,
    }
    return pl.DataFrame([a + b for a, b in zip(own, frozen, strict=True)], schema=schema, orient="row")


PEERS = (
    Label("Les communes de comparaison", "The towns of comparison"),
    documented("""
insee_code | Code Insee | Insee code
name | Nom | Name
attractiveness | Attrait commercial déclaré | Declared commercial pull
lat | Latitude | Latitude | °
lon | Longitude | Longitude | °
"""),
)


def peer_frame(town: Town) -> pl.DataFrame:
    rows = [(peer.insee_code, peer.name, peer.attractiveness, peer.lat, peer.lon) for peer in town.peers]
    numbers = dict.fromkeys(("attractiveness", "lat", "lon"), pl.Float64)
    return pl.DataFrame(rows, schema={"insee_code": pl.String, "name": pl.String, **numbers}, orient="row")


TRADES = (
    Label("La nomenclature des activités", "The nomenclature of trades"),
    documented("""
code | Code de l'activité | Code of the trade
family | Code de la famille | Code of the family
label_fr | Activité | Trade, in French
label_en | Activité, en anglais | Trade, in English
family_label_fr | Famille | Family, in French
family_label_en | Famille, en anglais | Family, in English
is_walk_in | Reçoit le passant | Receives walk-in customers
"""),
)


def trade_frame() -> pl.DataFrame:
    families = all_families()
    rows = [
        (t.code, t.family, t.label.fr, t.label.en, families[t.family].fr, families[t.family].en, t.is_walk_in)
        for t in all_trades().values()
    ]
    schema = {column.name: pl.String for column in TRADES[1]} | {"is_walk_in": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


CALENDAR_DAY = (
    Label("Le calendrier, jour par jour", "The calendar day by day"),
    documented("""
day | Jour | Day
iso_week | Semaine ISO | ISO week
week_start | Lundi de la semaine | Monday of the week
weekday | Jour de la semaine, 1 = lundi | Day of the week, 1 = Monday
hours_expected | Heures du jour : 23, 24 ou 25 | Hours of the day: 23, 24 or 25 | h
is_public_holiday | Jour férié | Public holiday
public_holiday_fr | Nom du jour férié, en français s'il y en a un | Its name, in French if there is one
public_holiday_en | Le même en anglais | The same in English
is_school_holiday | Vacances scolaires de la zone ; vide = inconnu | School holidays of the zone; empty = unknown
school_holiday | Nom des vacances | Name of the school holidays
is_school_holiday_known | Le calendrier scolaire connaît ce jour | The school calendar knows this day
"""),
)
CALENDAR_WEEK = (
    Label("Le calendrier, semaine par semaine", "The calendar week by week"),
    documented("""
iso_week | Semaine ISO | ISO week
week_start | Lundi | Monday
week_end | Dimanche | Sunday
iso_year | Année ISO | ISO year
week_number | Numéro de la semaine | Number of the week
previous_iso_week | Semaine précédente | Week before
last_year_iso_week | Semaine comparée un an avant (S53 : la S52) | Week compared a year before (W53: W52)
last_year_iso_week_2 | Seconde semaine comparée (S53 : la S01) | Second week compared (W53: W01)
hours_expected | Heures de la semaine : 167, 168 ou 169 | Hours of the week: 167, 168 or 169 | h
"""),
)
UPLOADS = (
    Label("Les dépôts et ce qu'ils sont devenus", "The uploads and what became of them"),
    documented("""
upload_id | Identifiant du dépôt | Identifier of the upload
feed | Flux | Feed
received_at | Reçu le (UTC) | Received at (UTC)
status | État, après les décisions | Status, after the decisions
is_in_build | Entre dans les chiffres | Enters the figures
sha256 | Empreinte du fichier reçu | Digest of the file as received
rows_read | Lignes lues | Rows read | lignes
rows_accepted | Lignes acceptées | Rows accepted | lignes
rows_rejected | Lignes refusées | Rows rejected | lignes
rows_blank | Lignes vides | Blank rows | lignes
rows_repeated_header | En-têtes répétés | Repeated headers | lignes
rows_repaired | Lignes réparées | Rows repaired | lignes
values_read | Valeurs lues (plusieurs par ligne de fichier large) | Values read (many a row of a wide file) | valeurs
values_accepted | Valeurs acceptées | Values accepted | valeurs
values_rejected | Valeurs refusées | Values rejected | valeurs
values_not_counted | Valeurs acceptées mais vides : non comptées | Values accepted but empty: not counted | valeurs
"""),
)
UPLOAD_SCHEMA = pl.Schema(
    {
        "upload_id": pl.String(),
        "feed": pl.String(),
        "received_at": pl.Datetime("us", "UTC"),
        "status": pl.String(),
        "is_in_build": pl.Boolean(),
        "sha256": pl.String(),
        **dict.fromkeys((f"rows_{name}" for name in ROW_COUNTS), pl.Int64()),
        **dict.fromkeys((f"values_{name}" for name in VALUE_COUNTS), pl.Int64()),
    }
)


def upload_frame(uploads: Sequence[StoredUpload]) -> pl.DataFrame:
    """One row an upload, whatever its status. Every line of data is accepted, rejected, blank or a repeated header."""
    rows = [
        (u.upload_id, u.feed, u.received_at, u.status, u.is_effective, u.sha256, *_counts(u.receipt)) for u in uploads
    ]
    return pl.DataFrame(rows, schema=UPLOAD_SCHEMA, orient="row")


def _counts(receipt: Mapping[str, Any]) -> list[int]:
    rows, values = receipt["rows"], receipt["values"]
    return [*(rows[name] for name in ROW_COUNTS), *(values[name] for name in VALUE_COUNTS)]


UPLOAD_PROBLEMS = (
    Label("Les problèmes de chaque dépôt, par code", "The problems of each upload, by code"),
    documented("""
upload_id | Identifiant du dépôt | Identifier of the upload
code | Code du problème | Code of the problem
n_problems | Nombre | Number
"""),
)


def problem_frame(uploads: Sequence[StoredUpload]) -> pl.DataFrame:
    """(upload_id, code, n_problems), sorted: all of them, also those that the receipt no longer shows."""
    rows = [
        (u.upload_id, code, number)
        for u in uploads
        for code, number in u.receipt["problem_counts"].items()
        if code not in OF_OTHER_UPLOADS
    ]
    schema = {"upload_id": pl.String, "code": pl.String, "n_problems": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("upload_id", "code")


PREVIOUS_TITLES = {
    "raw.previous_build": (
        Label("La publication précédente", "The publication before"),
        BUILD[1],
    ),
    "raw.previous_upload": (
        Label("Les dépôts qu'elle comptait", "The uploads that it counted"),
        documented("upload_id | Identifiant du dépôt | Identifier of the upload"),
    ),
    "raw.previous_figure": (
        Label("Les chiffres qu'elle donnait", "The figures that it gave"),
        documented("""
iso_week | Semaine ISO | ISO week
figure | Chiffre, par le nom de sa colonne dans mart_town_week | Figure, by the name of its column in mart_town_week
value | Valeur | Value
"""),
    ),
    "raw.previous_revision": (
        Label("Son registre des révisions", "Its revision ledger"),
        documented(LEDGER),
    ),
}


def previous_tables(frames: Mapping[str, pl.DataFrame]) -> list[RawTable]:
    """The raw tables that hold what the publication before said; frames: by name, see `revisions.previous_frames`."""
    return [RawTable(name, *PREVIOUS_TITLES[name], frames[name]) for name in PREVIOUS]
