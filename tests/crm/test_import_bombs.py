"""A packed file that would hold a worker for hours is refused in a moment; a full one is read."""

import gzip
import time
from pathlib import Path

import pytest

from crm.errors import FileTooBig
from crm.services.importing.readers import open_sheet

HEAD = b"customer,date,amount\n"
MIB = 1 << 20
NOTHING = {
    "empty lines": b"\n" * MIB,
    "old line ends": b"\r" * MIB,
    "a quote that never closes": b'1,2024-01-01,"' + b"a\n" * (MIB // 2),
    "one endless line": b"a" * MIB,
    "zeroes": b"\0" * MIB,
}


def packed(folder: Path, block: bytes, times: int) -> Path:
    path = folder / "orders.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(HEAD)
        for _ in range(times):
            file.write(block)
    return path


@pytest.mark.parametrize("block", NOTHING.values(), ids=NOTHING.keys())
def test_what_packs_like_nothing_is_refused_in_a_moment(tmp_path: Path, block: bytes) -> None:
    path = packed(tmp_path, block, 200)
    started = time.process_time()

    with pytest.raises(FileTooBig):
        for _ in open_sheet(path, {}).chunks(["customer"]):
            pass
    assert path.stat().st_size < MIB
    assert time.process_time() - started < 10


def test_rows_that_are_all_alike_are_read(tmp_path: Path) -> None:
    rows = b"1,2024-01-01,10.00\n" * 50_000
    path = packed(tmp_path, rows, 3)

    assert sum(chunk.rows for chunk in open_sheet(path, {}).chunks(["amount"])) == 150_000
