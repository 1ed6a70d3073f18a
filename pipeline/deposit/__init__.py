"""From a file that somebody sends to an immutable upload with its receipt. Exports are loaded when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.deposit.deposit import deposit_file
    from pipeline.deposit.doors import peek, read_table
    from pipeline.deposit.inbox import take_in
    from pipeline.deposit.receipt import Receipt, render_receipt
    from pipeline.deposit.store import StoredUpload, approve, list_uploads, withdraw

_HOMES = {
    "Receipt": "pipeline.deposit.receipt",
    "StoredUpload": "pipeline.deposit.store",
    "approve": "pipeline.deposit.store",
    "deposit_file": "pipeline.deposit.deposit",
    "list_uploads": "pipeline.deposit.store",
    "peek": "pipeline.deposit.doors",
    "read_table": "pipeline.deposit.doors",
    "render_receipt": "pipeline.deposit.receipt",
    "take_in": "pipeline.deposit.inbox",
    "withdraw": "pipeline.deposit.store",
}

__all__ = [
    "Receipt",
    "StoredUpload",
    "approve",
    "deposit_file",
    "list_uploads",
    "peek",
    "read_table",
    "render_receipt",
    "take_in",
    "withdraw",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
