"""One file for each kind of plate record. To add one, add a file here.

It ends in FORMAT = Format(...); there is no list to edit.
"""

from functools import cache
from importlib import import_module
import pkgutil

from instruments.plate_record import Format


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of its file name; looked for once."""
    modules = pkgutil.iter_modules(__path__)
    return tuple(import_module(f"{__name__}.{one.name}").FORMAT for one in modules)
