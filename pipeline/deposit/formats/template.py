"""The feed's own template as a format: French headers, English names and aliases accepted."""

from pipeline.contract import Column, Feed, Label
from pipeline.deposit.formats.model import Format, Text

TEMPLATE = "template"


def spellings(column: Column) -> tuple[str, ...]:
    """The headers that name a column, the template's first."""
    return (column.header, column.name, *column.aliases)


def template_format(feed: Feed) -> Format:
    """The layout that every feed has without any file."""
    return Format(
        name=TEMPLATE,
        title=Label(f"modèle « {feed.title.fr} »", f"template “{feed.title.en}”"),
        feed=feed,
        headers=tuple(spellings(column) for column in feed.columns if column.header_required),
        columns={column.name: Text(sources=spellings(column)) for column in feed.columns},
        is_template=True,
        origin="contract",
    )
