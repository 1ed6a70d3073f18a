"""Ways between a neighbourhood and the centre: one row a neighbourhood, a mode and a project state."""

from pipeline.contract import Boolean, Choice, Column, Enum, Feed, Identifier, Label, LocalTime, Number, String
from pipeline.contract.units import EUR, MIN, PER_HOUR, M
from pipeline.feeds._validity import TOWN, VALIDITY, VALIDITY_RULE

FEED = Feed(
    name="links",
    title=Label("Liens quartiers-centre", "Links between neighbourhoods and centre"),
    description=Label("Les chemins de chaque quartier au centre, par mode, existants ou en projet.",
                      "The ways from each neighbourhood to the centre, by mode, existing or planned."),
    owner=TOWN,
    cadence=Label("à chaque changement", "at each change"),
    key=("neighbourhood_id", "mode", "is_project", "valid_from"),
    is_reference=True,
    columns=(
        Column("neighbourhood_id", "quartier", Identifier(), Label("Quartier", "Neighbourhood"), references="neighbourhoods", example="920720101"),
        Column("mode", "mode", Enum((
                   Choice("walk", Label("marche", "walk"), ("a pied", "à pied", "pieton")),
                   Choice("bus", Label("bus", "bus")),
                   Choice("shuttle", Label("navette", "shuttle")),
                   Choice("bike", Label("velo", "bike"), ("vélo",)),
               )), Label("Mode", "Mode"), example="marche"),
        Column("distance_m", "distance_m", Number(minimum=0), Label("Distance", "Distance"), unit=M, required=False, example="1450",
               description=Label("À pied : tout le chemin. Bus et navette : la marche jusqu'à l'arrêt.", "On foot: the whole way. Bus and shuttle: the walk to the stop.")),
        Column("ascent_m", "denivele_positif_m", Number(minimum=0), Label("Dénivelé positif", "Ascent"), unit=M, required=False, example="12",
               description=Label("En allant au centre", "On the way to the centre")),
        Column("descent_m", "denivele_negatif_m", Number(minimum=0), Label("Dénivelé négatif", "Descent"), unit=M, required=False, example="60",
               description=Label("En allant au centre", "On the way to the centre")),
        Column("out_min", "minutes_aller", Number(minimum=0), Label("Minutes à l'aller", "Minutes to the centre"), unit=MIN, required=False, example="9",
               description=Label("À bord, du quartier vers le centre", "On board, from the neighbourhood to the centre")),
        Column("back_min", "minutes_retour", Number(minimum=0), Label("Minutes au retour", "Minutes back"), unit=MIN, required=False, example="11",
               description=Label("À bord, du centre vers le quartier", "On board, from the centre to the neighbourhood")),
        Column("departures_per_hour", "departs_par_heure", Number(minimum=0), Label("Départs par heure", "Departures per hour"), unit=PER_HOUR, required=False, example="4"),
        Column("first_departure", "premier_depart", LocalTime(), Label("Premier départ", "First departure"), required=False, example="06:30"),
        Column("last_departure", "dernier_depart", LocalTime(), Label("Dernier départ", "Last departure"), required=False, example="21:15"),
        Column("obstacle", "obstacle", String(max_length=200), Label("Obstacle", "Obstacle"), required=False, example="voie ferrée"),
        Column("is_project", "est_projet", Boolean(), Label("En projet", "Project"), required=False, empty_means=False, example="non",
               description=Label("Vide = existant", "Empty = existing")),
        Column("cost_eur", "cout_eur", Number(minimum=0), Label("Coût", "Cost"), unit=EUR, required=False, example="180000",
               description=Label("D'un projet : la dépense publique entière, construction et premières années de service ; vide = inconnu",
                                 "Of a project: the whole public expense, building and first years of service; empty = unknown")),
        *VALIDITY,
    ),
    rules=(VALIDITY_RULE,),
    version="1.1.0",
)  # fmt: skip
