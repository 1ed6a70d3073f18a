"""The two columns by which reference feeds keep their history."""

from pipeline.contract import Column, Date, Label, RowRule

VALIDITY = (
    Column("valid_from", "valide_du", Date(), Label("Valide du", "Valid from"), required=False, example="01/01/2024",
           description=Label("Inclus ; vide = depuis toujours", "Inclusive; empty = since ever")),
    Column("valid_to", "valide_au", Date(), Label("Valide au", "Valid to"), required=False, example="",
           description=Label("Inclus ; vide = toujours valable", "Inclusive; empty = still valid")),
)  # fmt: skip

VALIDITY_RULE = RowRule(
    "valid_from",
    "<=",
    "valid_to",
    Label("la fin de validité ne peut pas précéder son début", "valid_to cannot be before valid_from"),
)

TOWN = Label("ville", "town")
