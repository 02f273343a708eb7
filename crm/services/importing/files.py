"""Files as they come in: kept under a name of our own, with their hash."""

import hashlib
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from crm.errors import FileTooBig

BLOCK = 1 << 20
_OUR_NAME = re.compile(r"[0-9a-f]{32}\Z")


def keep(*, source: BinaryIO, workspace_id: int) -> tuple[Path, str, int]:
    """Copy a stream into MEDIA_ROOT; returns path, sha256 and size. Raises FileTooBig."""
    folder = _kept() / str(workspace_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid.uuid4().hex
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        for block in _blocks(source):
            size += len(block)
            if size > settings.MAX_IMPORT_BYTES:
                target.close()
                path.unlink()
                raise FileTooBig
            digest.update(block)
            target.write(block)
    return path, digest.hexdigest(), size


def remove(*, path: Path) -> None:
    """Remove a file that was kept; one that lies elsewhere is not ours to remove."""
    if path.is_relative_to(_kept()):
        path.unlink(missing_ok=True)


def kept_before(moment: datetime) -> Iterator[Path]:
    """What was kept, by its name of our own, and has not been written to since a moment."""
    for path in _kept().glob("*/*"):
        if _OUR_NAME.match(path.name) and path.stat().st_mtime < moment.timestamp():
            yield path


def _kept() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def measure(*, path: Path) -> tuple[str, int]:
    """sha256 and size of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for block in _blocks(file):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block
