"""What a column accepts, in words: for the templates, the Table Schema and the dictionary."""

from pipeline.contract import (
    Boolean,
    Column,
    ColumnType,
    Date,
    Enum,
    Feed,
    Identifier,
    Integer,
    Label,
    LocalDatetime,
    LocalTime,
    Number,
    Siret,
    String,
    Trade,
)
from pipeline.contract.trades import all_trades

TYPE_WORDS: dict[type[ColumnType], Label] = {
    String: Label("texte", "text"),
    Identifier: Label("code", "code"),
    Siret: Label("SIRET, 14 chiffres", "SIRET, 14 digits"),
    Trade: Label("activité de la nomenclature ou code NAF", "trade of the nomenclature or NAF code"),
    Number: Label("nombre", "number"),
    Integer: Label("nombre entier", "whole number"),
    Boolean: Label("oui ou non", "oui (yes) or non (no)"),
    Date: Label("date, jj/mm/aaaa", "date, dd/mm/yyyy"),
    LocalDatetime: Label("date et heure, jj/mm/aaaa hh:mm", "date and time, dd/mm/yyyy hh:mm"),
    LocalTime: Label("heure, hh:mm", "time, hh:mm"),
    Enum: Label("choix dans la liste", "choice from the list"),
}
YES_NO = (Label("oui", "yes"), Label("non", "no"))


def type_words(column: Column) -> Label:
    """The type of the column as a person would say it."""
    return TYPE_WORDS[type(column.type)]


def accepted_values(column: Column) -> tuple[Label, ...]:
    """The values of a drop-down, where the column has a closed list (enum, boolean, trade); else empty."""
    match column.type:
        case Enum(choices):
            return tuple(choice.label for choice in choices)
        case Boolean():
            return YES_NO
        case Trade():
            return tuple(trade.label for trade in all_trades().values())
        case _:
            return ()


def constraint_words(column: Column) -> tuple[Label, ...]:
    """Each limit on the values as a short phrase; whether the cell must be filled comes first."""
    return (_presence(column), *_limits(column.type), *_reference(column))


def rule_words(feed: Feed) -> tuple[Label, ...]:
    """The rules between two columns of a row, e.g. « debut < fin »."""
    words = []
    for rule in feed.rules:
        comparison = f"`{feed.column(rule.left).header}` {rule.operator} `{feed.column(rule.right).header}`"
        words.append(Label(f"{comparison} : {rule.message.fr}", f"{comparison}: {rule.message.en}"))
    return (*words, *(rule.message for rule in feed.spans))


def key_headers(feed: Feed, names: tuple[str, ...]) -> tuple[str, ...]:
    """The template headers of columns given by their internal names."""
    return tuple(feed.column(name).header for name in names)


def _presence(column: Column) -> Label:
    if column.required:
        return Label("obligatoire", "required")
    if column.header_required:
        return Label("colonne obligatoire, case vide permise", "column required, cell may be empty")
    return Label("facultatif", "optional")


def _limits(kind: ColumnType) -> tuple[Label, ...]:
    limits: list[Label] = []
    if isinstance(kind, Number | Integer):
        if kind.minimum is not None:
            limits.append(Label(f"≥ {kind.minimum}", f"≥ {kind.minimum}"))
        if kind.maximum is not None:
            limits.append(Label(f"≤ {kind.maximum}", f"≤ {kind.maximum}"))
    if isinstance(kind, String | Identifier):
        if kind.max_length is not None:
            limits.append(Label(f"{kind.max_length} caractères au plus", f"at most {kind.max_length} characters"))
        if kind.pattern is not None:
            limits.append(Label(f"de la forme {kind.pattern}", f"of the form {kind.pattern}"))
    if isinstance(kind, Date | LocalDatetime) and not kind.future_allowed:
        is_today_fine = isinstance(kind, LocalDatetime) and kind.until_midnight
        until = Label("pas après le jour de l'envoi", "not after the day of the upload")
        limits.append(until if is_today_fine else Label("pas dans le futur", "not in the future"))
    if isinstance(kind, Siret):
        limits.append(Label("clé de contrôle valable", "valid check digit"))
    return tuple(limits)


def _reference(column: Column) -> tuple[Label, ...]:
    if column.references is None:
        return ()
    beside_fr = "".join(f" ou « {value} »" for value in column.or_values)
    beside_en = "".join(f" or “{value}”" for value in column.or_values)
    return (Label(f"existe dans `{column.references}`{beside_fr}", f"exists in `{column.references}`{beside_en}"),)
