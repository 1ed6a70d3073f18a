"""The revision ledger: what the last publication said of a week, what this one says, and what changed in between.

It is the one table that depends on the publication before; the build's manifest names that as `previous_build_id`.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars import selectors as cs

from pipeline.contract.town import Town
from pipeline.settings import TownHome
from pipeline.warehouse.publish import current, is_published, publication_manifest, publication_path
from pipeline.warehouse.query import read_frames, tables

LEDGER = """
publication | Publication qui corrige | Publication that corrects
previous_publication | Publication corrigée | Publication that is corrected
iso_week | Semaine ISO concernée | ISO week concerned
figure | Chiffre, par le nom de sa colonne dans mart_town_week | Figure, by the name of its column in mart_town_week
is_demo | Données simulées | Simulated data
before | Ce que disait la publication corrigée | What the corrected publication said
after | Ce que dit celle-ci ; vide = le chiffre n'est plus donné | What this one says; empty = no longer given
new_uploads | Dépôts entrés depuis | Uploads that entered since
withdrawn_uploads | Dépôts sortis depuis | Uploads that left since
is_code_changed | Le calcul a changé | The computation has changed
is_town_folder_changed | Les réglages de la ville ont changé | The town's settings have changed
"""
LEDGER_SCHEMA = pl.Schema(
    {
        "publication": pl.String,
        "previous_publication": pl.String,
        "iso_week": pl.String,
        "figure": pl.String,
        "is_demo": pl.Boolean,
        "before": pl.Float64,
        "after": pl.Float64,
        "new_uploads": pl.String,
        "withdrawn_uploads": pl.String,
        "is_code_changed": pl.Boolean,
        "is_town_folder_changed": pl.Boolean,
    }
)
BUILD_SCHEMA = pl.Schema(
    {"build_id": pl.String, "town": pl.String, "as_of": pl.Date, "code": pl.String, "town_folder": pl.String}
)
FIGURE_SCHEMA = pl.Schema({"iso_week": pl.String, "figure": pl.String, "value": pl.Float64})
UPLOAD_SCHEMA = pl.Schema({"upload_id": pl.String})
PREVIOUS = ("raw.previous_build", "raw.previous_upload", "raw.previous_figure", "raw.previous_revision")
# A figure has changed when it differs by more than rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class History:
    """The publication with which a build is compared: its id, None for the first, and what the ledger needs of it."""

    build_id: str | None
    frames: dict[str, pl.DataFrame]


def history_for(home: TownHome, build_id: str) -> History:
    """What a build of that id is compared with: what is published now, or, where that build was published already, what
    it was compared with then, so that it comes back identical."""
    if is_published(home, build_id):
        before = publication_manifest(home, build_id).previous_build_id
        return History(before, read_frames(publication_path(home, build_id), PREVIOUS))
    published = current(home)
    return History(published.stem if published else None, previous_frames(published))


def previous_frames(publication: Path | None) -> dict[str, pl.DataFrame]:
    """What the ledger needs of the publication before, as raw tables; empty frames when there is none.

    Tables and columns that an older publication did not have yet are empty.
    """
    known = tables(publication) if publication else []
    wanted = ("raw.build", "raw.uploads", "marts.mart_town_week", "marts.mart_revision")
    found = read_frames(publication, [name for name in wanted if name in known]) if publication else {}
    uploads = found.get("raw.uploads", pl.DataFrame(schema={"upload_id": pl.String, "is_in_build": pl.Boolean}))
    return {
        "raw.previous_build": _shaped(found.get("raw.build"), BUILD_SCHEMA),
        "raw.previous_upload": _shaped(uploads.filter("is_in_build"), UPLOAD_SCHEMA),
        "raw.previous_figure": _shaped(_long(found.get("marts.mart_town_week")), FIGURE_SCHEMA),
        "raw.previous_revision": _shaped(found.get("marts.mart_revision"), LEDGER_SCHEMA),
    }


def _shaped(frame: pl.DataFrame | None, schema: pl.Schema) -> pl.DataFrame:
    given = pl.DataFrame(schema=schema) if frame is None else frame
    return given.match_to_schema(schema, missing_columns="insert", extra_columns="ignore")


def _long(town_week: pl.DataFrame | None) -> pl.DataFrame | None:
    """(iso_week, figure, value): every number of the weekly mart, one row a figure and week."""
    if town_week is None:
        return None
    numbers = town_week.select("iso_week", cs.numeric().cast(pl.Float64))
    return numbers.unpivot(index="iso_week", variable_name="figure", value_name="value")


def revision_ledger(frames: dict[str, pl.DataFrame], town: Town) -> pl.DataFrame:
    """The ledger of the publication before, and one row for each figure that this build says otherwise.

    A figure that the last publication did not give is news, not a revision; one that is no longer given is a revision
    whose `after` is null. The weekly mart holds complete weeks only: no figure changes just because time passes.
    """
    build, previous = frames["raw.build"], frames["raw.previous_build"]
    publication = build["build_id"].item()
    # A publication that was pruned and is made again corrects anew: its old lines give way.
    told_before = frames["raw.previous_revision"].filter(pl.col("publication") != publication)
    # A town is simulated or real for good; a ledger of before this column says nothing of it.
    ledger = told_before.with_columns(is_demo=pl.lit(town.is_demo))
    if previous.is_empty():
        return ledger.sort("publication", "iso_week", "figure")
    uploads = frames["raw.uploads"].filter("is_in_build")["upload_id"]
    before = frames["raw.previous_upload"]["upload_id"]
    changed = _changed(frames["raw.previous_figure"], _long(frames["marts.mart_town_week"]))
    news = changed.with_columns(
        publication=pl.lit(publication),
        is_demo=pl.lit(town.is_demo),
        previous_publication=pl.lit(previous["build_id"].item()),
        new_uploads=pl.lit(" ".join(sorted(set(uploads) - set(before)))),
        withdrawn_uploads=pl.lit(" ".join(sorted(set(before) - set(uploads)))),
        is_code_changed=pl.lit(build["code"].item() != previous["code"].item()),
        is_town_folder_changed=pl.lit(build["town_folder"].item() != previous["town_folder"].item()),
    ).select(LEDGER_SCHEMA.names())
    return pl.concat([ledger, news]).sort("publication", "iso_week", "figure")


def _changed(before: pl.DataFrame, after: pl.DataFrame | None) -> pl.DataFrame:
    """(iso_week, figure, before, after) for the weeks and figures that both know and that differ."""
    now = _shaped(after, FIGURE_SCHEMA)
    both = before.rename({"value": "before"}).join(
        now.rename({"value": "after"}), on=["iso_week", "figure"], how="inner", validate="1:1"
    )
    gap = (pl.col("after") - pl.col("before")).abs()
    differs = gap > TOLERANCE * pl.max_horizontal(pl.lit(1.0), pl.col("before").abs())
    return both.filter(pl.col("before").is_not_null(), pl.col("after").is_null() | differs)
