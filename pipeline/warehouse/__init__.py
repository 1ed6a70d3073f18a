"""The only door to DuckDB: a build from accepted uploads, its publication, and questions put to it."""

from pipeline.warehouse.build import BuildResult, build, checksums, newest_build
from pipeline.warehouse.check import check_models
from pipeline.warehouse.errors import (
    AuditError,
    ModelError,
    QueryError,
    UnknownBuildError,
    WarehouseError,
    WriterBusyError,
)
from pipeline.warehouse.lock import writer
from pipeline.warehouse.publish import Publication, current, publications, publish, rollback
from pipeline.warehouse.query import query, read_frames, tables

__all__ = [
    "AuditError",
    "BuildResult",
    "ModelError",
    "Publication",
    "QueryError",
    "UnknownBuildError",
    "WarehouseError",
    "WriterBusyError",
    "build",
    "check_models",
    "checksums",
    "current",
    "newest_build",
    "publications",
    "publish",
    "query",
    "read_frames",
    "rollback",
    "tables",
    "writer",
]
