"""Events that animate the town: one row an event."""

from pipeline.contract import (
    Choice,
    Column,
    Enum,
    Feed,
    Identifier,
    Integer,
    Label,
    LocalDatetime,
    Number,
    RowRule,
    String,
)
from pipeline.contract.units import EUR, PEOPLE

FEED = Feed(
    name="events",
    title=Label("Événements et animations", "Events"),
    description=Label(
        "Marchés, fêtes, animations : quand, où, par qui, à quel coût complet.",
        "Markets, festivities, promotions: when, where, by whom, at which full cost.",
    ),
    owner=Label("association de commerçants", "traders' association"),
    cadence=Label("avant et après chaque événement", "before and after each event"),
    key=("event_id",),
    alternative_key=("title", "start"),
    columns=(
        Column("event_id", "identifiant", Identifier(), Label("Identifiant", "Identifier"), required=False, example="2025-NOEL"),
        Column("title", "evenement", String(max_length=300), Label("Événement", "Event"), example="Marché de Noël"),
        Column("start", "debut", LocalDatetime(), Label("Début", "Start"), example="13/12/2025 10:00"),
        Column("end", "fin", LocalDatetime(), Label("Fin", "End"), example="14/12/2025 19:00"),
        Column("place", "lieu", String(max_length=300), Label("Lieu", "Place"), required=False, example="Grande Rue"),
        Column("neighbourhood_id", "quartier", Identifier(), Label("Quartier", "Neighbourhood"), references="neighbourhoods", or_values=("centre",),
               required=False, example="centre", description=Label("Code du quartier, ou « centre »", "Code of the neighbourhood, or “centre”")),
        Column("kind", "type", Enum((
                   Choice("market", Label("marché", "market"), ("marche",)),
                   Choice("clearance_sale", Label("braderie", "clearance sale")),
                   Choice("street_party", Label("fête de rue", "street party"), ("fete de rue", "fête", "fete de quartier")),
                   Choice("shop_promotion", Label("animation commerciale", "shop promotion"), ("animation",)),
                   Choice("culture", Label("culture", "culture"), ("concert", "exposition", "spectacle")),
                   Choice("sport", Label("sport", "sport")),
                   Choice("jumble_sale", Label("vide-grenier", "jumble sale"), ("vide grenier", "brocante")),
                   Choice("other", Label("autre", "other")),
               )), Label("Type", "Kind"), required=False, example="marché"),
        Column("organiser", "organisateur", String(max_length=200), Label("Organisateur", "Organiser"), required=False, example="Association des commerçants"),
        Column("full_cost_eur", "cout_complet_eur", Number(minimum=0), Label("Coût complet", "Full cost"), unit=EUR, required=False, example="4500",
               description=Label("Dépenses, temps des agents et valeur des prêts ; vide = inconnu", "Spending, staff time and value of loans; empty = unknown")),
        Column("declared_attendance", "frequentation_declaree", Integer(minimum=0), Label("Fréquentation déclarée", "Declared attendance"), unit=PEOPLE,
               required=False, example="1200"),
        Column("status", "statut", Enum((
                   Choice("announced", Label("annoncé", "announced"), ("annonce", "prévu")),
                   Choice("confirmed", Label("confirmé", "confirmed"), ("confirme",)),
                   Choice("cancelled", Label("annulé", "cancelled"), ("annule",)),
               )), Label("Statut", "Status"), required=False, empty_means="confirmed", example="confirmé",
               description=Label("Vide = confirmé", "Empty = confirmed")),
    ),
    rules=(RowRule("start", "<=", "end", Label("la fin ne peut pas précéder le début", "end cannot be before start")),),
)  # fmt: skip
