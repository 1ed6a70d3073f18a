"""The templates that a volunteer fills: CSV for any spreadsheet, XLSX with drop-downs and explanations.

Neither holds an example row: an example that is left in place would become a fact. Examples stand in the notes on the
headers and on the sheet « Mode d'emploi » of the workbook. A template that comes back untouched is therefore a file
without data, and is answered as such (`encoding-error.empty`).
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.contract import Column, Date, Enum, Feed, Identifier, LocalDatetime, LocalTime, Siret, String, Trade
from pipeline.derive.words import accepted_values, constraint_words, key_headers, rule_words, type_words

BOM = b"\xef\xbb\xbf"
LAST_ROW = 1_048_575  # of a sheet, counted from 0
GUIDE = "Mode d'emploi"
# Text cells keep leading zeros and long codes; Excel would turn a SIRET into 3,56E+13.
CELL_FORMATS = {
    String: "@",
    Identifier: "@",
    Siret: "@",
    Enum: "@",
    Trade: "@",
    Date: "dd/mm/yyyy",
    LocalDatetime: "dd/mm/yyyy hh:mm",
    LocalTime: "hh:mm",
}
STEPS = (
    "1. Remplissez la première feuille, une ligne par fait. Ne changez pas les titres des colonnes.",
    "2. Les colonnes à fond vert sont obligatoires. Une case vide veut dire « inconnu », jamais zéro.",
    "3. Les noms de colonnes portent une note : passez la souris dessus pour voir ce qui est attendu et un exemple.",
    "4. Enregistrez en .xlsx, ou en « CSV UTF-8 », puis déposez le fichier. Vous recevez une réponse ligne par ligne.",
    "5. Renvoyer deux fois le même fichier ne change rien. Renvoyer une ligne corrigée remplace l'ancienne.",
)


@dataclass(frozen=True, slots=True)
class Styles:
    """The cell formats of a workbook: a title, a required and an optional header, wrapped text."""

    title: Format
    required: Format
    optional: Format
    wrapped: Format


def template_csv(feed: Feed) -> bytes:
    """The CSV template, header only: UTF-8 with byte order mark and `;`, so that a French Excel opens it rightly."""
    header = ";".join(column.header for column in feed.columns)
    return BOM + header.encode("utf-8") + b"\r\n"


def template_xlsx(feed: Feed) -> bytes:
    """The XLSX template: a sheet to fill and the sheet « Mode d'emploi ». The same feed gives the same bytes."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        created = datetime.combine(feed.last_modified, datetime.min.time())
        book.set_properties({"title": feed.title.fr, "comments": f"{feed.name} {feed.version}", "created": created})
        styles = Styles(
            title=book.add_format({"bold": True, "font_size": 14}),
            required=book.add_format({"bold": True, "bg_color": "#C6E0B4", "border": 1}),
            optional=book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        )
        data = book.add_worksheet(feed.title.fr[:31])
        ranges = _write_guide(book.add_worksheet(GUIDE), feed, styles)
        for index, column in enumerate(feed.columns):
            number_format = CELL_FORMATS.get(type(column.type), "General")
            data.set_column(
                index, index, max(14, len(column.header) + 4), book.add_format({"num_format": number_format})
            )
            _write_header(data, index, column, styles)
            if column.name in ranges:
                _add_drop_down(data, index, column, ranges[column.name])
        data.freeze_panes(1, 0)
    return target.getvalue()


def _write_header(sheet: Worksheet, index: int, column: Column, styles: Styles) -> None:
    sheet.write_string(0, index, column.header, styles.required if column.header_required else styles.optional)
    sheet.write_comment(0, index, _note(column), {"x_scale": 2, "y_scale": 1.5, "author": "Chalandise"})


def _note(column: Column) -> str:
    lines = [column.label.fr, column.description.fr, f"Attendu : {type_words(column).fr}"]
    lines += [", ".join(words.fr for words in constraint_words(column))]
    lines += [f"Unité : {column.unit.label.fr}" if column.unit else ""]
    lines += [f"Exemple : {column.example}" if column.example else ""]
    return "\n".join(line for line in lines if line)


def _add_drop_down(sheet: Worksheet, index: int, column: Column, source: str) -> None:
    """A list to choose from; other spellings and NAF codes are accepted too, so it informs and never blocks."""
    strictness = "information" if isinstance(column.type, Trade) else "warning"
    sheet.data_validation(
        1,
        index,
        LAST_ROW,
        index,
        {
            "validate": "list",
            "source": source,
            "error_type": strictness,
            "error_title": column.label.fr[:32],
            "error_message": "Cette valeur n'est pas dans la liste ; elle sera vérifiée au dépôt.",
        },
    )


def _write_guide(sheet: Worksheet, feed: Feed, styles: Styles) -> dict[str, str]:
    """Fill the sheet « Mode d'emploi »; returns, by column, the range that holds the values of its drop-down."""
    sheet.set_column(0, 5, 26)
    key = " + ".join(key_headers(feed, feed.key))
    fallback = " + ".join(key_headers(feed, feed.alternative_key))
    lines = [
        feed.description.fr,
        *STEPS,
        f"Une ligne est reconnue par : {key}" + (f", sinon {fallback}" if fallback else ""),
    ]
    lines += [words.fr.replace("`", "") for words in rule_words(feed)]
    sheet.write_string(0, 0, feed.title.fr, styles.title)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line)
    top = len(lines) + 2
    for index, title in enumerate(("Colonne", "Libellé", "Attendu", "Règles", "Précision", "Exemple")):
        sheet.write_string(top, index, title, styles.optional)
    for row, column in enumerate(feed.columns, start=top + 1):
        rules = ", ".join(words.fr.replace("`", "") for words in constraint_words(column))
        unit = f" ({column.unit.label.fr})" if column.unit else ""
        cells = (
            column.header,
            column.label.fr,
            type_words(column).fr + unit,
            rules,
            column.description.fr,
            column.example,
        )
        for index, cell in enumerate(cells):
            sheet.write_string(row, index, cell, styles.wrapped)
    return _write_lists(sheet, top + len(feed.columns) + 3, feed, styles)


def _write_lists(sheet: Worksheet, top: int, feed: Feed, styles: Styles) -> dict[str, str]:
    ranges: dict[str, str] = {}
    listed = [column for column in feed.columns if accepted_values(column)]
    for index, column in enumerate(listed):
        values = accepted_values(column)
        sheet.write_string(top, index, f"Valeurs de {column.header}", styles.optional)
        for row, value in enumerate(values, start=top + 1):
            sheet.write_string(row, index, value.fr)
        letter = chr(ord("A") + index)
        ranges[column.name] = (
            f"='{GUIDE.replace(chr(39), chr(39) * 2)}'!${letter}${top + 2}:${letter}${top + 1 + len(values)}"
        )
    return ranges
