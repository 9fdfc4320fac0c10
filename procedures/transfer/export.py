"""Exporting the catalogue, whole or the part of some entities."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import IO

from tablib import Dataset

from procedures.transfer.formats import csv, json, xlsx
from procedures.transfer.queries import instances
from procedures.transfer.resources import RESOURCES


class Format(StrEnum):
    JSON = "json"
    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}


def extension(format: Format, kinds: Collection[str]) -> str:
    """Return the extension of the file: several kinds as CSV make a zip."""
    return "zip" if format == Format.CSV and len(kinds) > 1 else format.value


def write(stream: IO[bytes], format: Format, kinds: Collection[str], entities: Collection[str] = ()) -> int:
    """Write these kinds, limited to these entities if any are given, and return the number of rows.

    Raises ``UnreadableFile`` when a text is too long for a cell.
    """
    count = 0

    def counted() -> Iterator[Dataset]:
        nonlocal count
        for dataset in datasets(kinds, entities, native=format == Format.JSON):
            count += len(dataset)
            yield dataset

    match format:
        case Format.JSON:
            json.write(counted(), stream)
        case Format.XLSX:
            xlsx.write(counted(), stream)
        case Format.CSV if extension(format, kinds) == "csv":
            csv.write(next(counted()), stream)
        case Format.CSV:
            csv.write_zip(counted(), stream)
    return count


def datasets(kinds: Collection[str], entities: Collection[str] = (), *, native: bool = False) -> Iterator[Dataset]:
    """Yield a dataset per kind, in the order of ``RESOURCES``; ``native`` keeps numbers, lists and truth values."""
    for kind, resource in RESOURCES.items():
        if kind in kinds:
            dataset = resource.export(instances(kind, entities), native=native)
            dataset.title = kind
            yield dataset
