"""Columns and results as files that many processes map into memory: arrays one after the other.

    8 bytes   length of the header, little-endian
    header    JSON: for each array its name, dtype, shape and offset
    arrays    each at a multiple of 64 bytes

A file is written under another name and renamed, so whoever sees it sees all of it.
"""

import json
import os
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Kind = TypeVar("Kind")

ALIGN = 64


def flat(table: Any, prefix: str = "") -> dict[str, Array]:
    """Return the arrays of nested dataclasses by dotted name."""
    out: dict[str, Array] = {}
    for f in fields(table):
        value, name = getattr(table, f.name), f"{prefix}{f.name}"
        out |= flat(value, f"{name}.") if is_dataclass(value) else {name: value}
    return out


def rebuilt(kind: type[Kind], arrays: Mapping[str, Array], prefix: str = "") -> Kind:
    """Return the nested dataclasses that `flat` took apart."""
    hints: dict[str, Any] = get_type_hints(kind)
    values = {}
    for f in fields(kind):  # type: ignore[arg-type]
        name, inner = f"{prefix}{f.name}", hints[f.name]
        values[f.name] = (
            rebuilt(inner, arrays, f"{name}.")
            if isinstance(inner, type) and is_dataclass(inner)
            else arrays[name]
        )
    return kind(**values)


def save(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write the arrays to a file, all or nothing."""
    plain = {name: np.ascontiguousarray(array).reshape(np.shape(array)) for name, array in arrays.items()}
    offset, entries = 0, []
    for name, array in plain.items():
        entries.append({"name": name, "dtype": array.dtype.str, "shape": array.shape, "offset": offset})
        offset += -(-array.nbytes // ALIGN) * ALIGN
    header = json.dumps(entries).encode()
    header += b" " * (-(8 + len(header)) % ALIGN)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(struct.pack("<q", len(header)) + header)
        for array in plain.values():
            file.write(array.tobytes())
            file.write(bytes(-array.nbytes % ALIGN))
    unfinished.replace(path)


def load(path: Path) -> dict[str, Array]:
    """Return the arrays of a file, mapped into memory; what is written to them stays in this process."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<q", file.read(8))
        entries = json.loads(file.read(length))
    whole = np.memmap(path, np.uint8, mode="c")  # numba takes no read-only arrays
    out = {}
    for entry in entries:
        dtype = np.dtype(entry["dtype"])
        begin = 8 + length + entry["offset"]
        size = int(np.prod(entry["shape"], dtype=np.int64)) * dtype.itemsize
        out[entry["name"]] = np.asarray(whole[begin : begin + size]).view(dtype).reshape(entry["shape"])
    return out
