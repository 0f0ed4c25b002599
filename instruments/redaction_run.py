"""An archive of reports without those of some samples: rebuilt, never patched. Pure.

Each report is of one sample, so the report that names an erased one goes whole. What a
report of another sample says of it goes as from any workbook.
"""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from instruments.archives import check_archive
from instruments.errors import InstrumentError
from instruments.redaction import names_any, redacted
from instruments.source import Source
from instruments.workbook import names_in, parts_in
from instruments.workbook_cells import is_workbook, sheets


def is_run(content: bytes) -> bool:
    """Whether it is an archive of files, and no workbook."""
    source = Source("", content)
    return bool(parts_in(source)) and not names_in(source)


def redacted_run(content: bytes, names: frozenset[str]) -> bytes | None:
    """The archive without these samples; `content` itself where it names none.

    None where nothing is left. Raises InstrumentError where it cannot be opened.
    """
    check_archive(content)
    kept: dict[str, bytes] = {}
    changed = False
    with ZipFile(BytesIO(content)) as archive:
        for name in parts_in(Source("", content)):
            part = archive.read(name)
            left = None if names_any([name], names) else _left(part, names)
            changed = changed or left is not part
            if left is not None:
                kept[name] = left
    if not changed:
        return content
    return _written(kept) if kept else None


def _left(part: bytes, names: frozenset[str]) -> bytes | None:
    """A report as it may stay; None where it is about one of these samples."""
    if not is_workbook(part):
        return None if names_any(_texts(part), names) else part
    try:
        left = redacted(part, names)
    except InstrumentError:
        return None  # what cannot be read is not proven to be another's
    if left is part or any(sheet.rows for sheet in sheets(left)):
        return left
    return None


def _texts(part: bytes) -> tuple[str, ...]:
    return tuple(part.decode(how, "replace") for how in ("utf-8", "utf-16-le"))


def _written(parts: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            # A fixed time: the same parts are the same bytes.
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, part)
    return kept.getvalue()
