"""Shop openings and closures: one row an occupation of premises by a shop."""

from pipeline.contract import Choice, Column, Date, Enum, Feed, Identifier, Label, Number, RowRule, Siret, String, Trade
from pipeline.contract.units import M2

FEED = Feed(
    name="shops",
    title=Label("Ouvertures et fermetures de commerces", "Shop openings and closures"),
    description=Label(
        "Un commerce dans un local, de son ouverture à sa fermeture. Renvoyer la ligne avec la date de fermeture ferme le commerce.",
        "A shop in its premises, from opening to closure. Sending the row again with the closing date closes the shop.",
    ),
    owner=Label("association de commerçants", "traders' association"),
    cadence=Label("à chaque changement", "at each change"),
    key=("premises_id", "opened_on"),
    alternative_key=("premises_id", "shop_name"),
    columns=(
        Column("premises_id", "local", Identifier(), Label("Local", "Premises"), references="premises", example="L001",
               description=Label("Code du local, tel que dans la liste des locaux", "Code of the premises, as in the list of premises")),
        Column("shop_name", "enseigne", String(max_length=120), Label("Enseigne", "Shop name"), example="Boulangerie du Pont"),
        Column("activity", "activite", Trade(), Label("Activité", "Trade"), example="boulangerie",
               description=Label("Code ou libellé de la nomenclature, ou code NAF (rév. 2 ou 2025)", "Code or label of the nomenclature, or NAF code (rev. 2 or 2025)")),
        Column("opened_on", "ouverture", Date(), Label("Ouverture", "Opened on"), required=False, must_exist=True, example="01/09/2025",
               description=Label("Vide = déjà ouvert au début du suivi", "Empty = already open when monitoring began")),
        Column("closed_on", "fermeture", Date(), Label("Fermeture", "Closed on"), required=False, example="",
               description=Label("Premier jour où le commerce n'est plus exploité ; vide = ouvert", "First day not operated; empty = open")),
        Column("closing_reason", "motif", Enum((
                   Choice("retirement", Label("retraite", "retirement"), ("depart en retraite",)),
                   Choice("liquidation", Label("liquidation", "liquidation"), ("liquidation judiciaire",)),
                   Choice("transfer", Label("transfert", "transfer"), ("demenagement",)),
                   Choice("lease_end", Label("fin de bail", "end of lease")),
                   Choice("other", Label("autre", "other")),
               )), Label("Motif de fermeture", "Closing reason"), required=False, example="retraite"),
        Column("siret", "siret", Siret(), Label("SIRET", "SIRET"), required=False, example="35600000000048"),
        Column("operator_type", "statut", Enum((
                   Choice("independent", Label("indépendant", "independent"), ("independant", "indep")),
                   Choice("franchise", Label("franchise", "franchise"), ("franchisé",)),
                   Choice("branch", Label("succursale", "branch"), ("chaine", "intégré")),
               )), Label("Statut", "Operator type"), required=False, example="indépendant"),
        Column("area_m2", "surface_m2", Number(minimum=1, maximum=50_000), Label("Surface de vente", "Sales area"), unit=M2, required=False, example="65"),
    ),
    rules=(RowRule("opened_on", "<=", "closed_on", Label("la fermeture ne peut pas précéder l'ouverture", "closure cannot be before opening")),),
)  # fmt: skip
