"""What can go wrong in the warehouse, each with a message that says what to do."""

from pipeline.settings import DamagedHomeError


class WarehouseError(Exception):
    """Anything that stops a build, a publication or a query, in words for whoever started it."""


class ModelError(WarehouseError):
    """A model breaks its contract; the message names file and line."""


class AuditError(WarehouseError):
    """A table that was just built breaks what its header promises."""


class UnknownBuildError(WarehouseError):
    """There is no such build or publication; the message lists those that exist."""


class DamagedPublicationError(WarehouseError, DamagedHomeError):
    """A published file has gone or cannot be opened."""


class WriterBusyError(WarehouseError):
    """Another process is writing in this town."""


class QueryError(WarehouseError):
    """A query that is refused or that fails."""
