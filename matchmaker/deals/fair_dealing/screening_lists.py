"""Published screening lists, read as they come."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

LONGEST_NAME, LONGEST_ENTRY = 300, 40


class ListedName(NamedTuple):
    entry: str
    name: str


class UnknownFormatError(ValueError):
    """No reader knows this list in a file of this kind, or the file is not what it should be."""


def read_list(list_code: str, path: Path) -> list[ListedName]:
    """Return every name of a published list, each once.

    Raises:
        UnknownFormatError: if the list does not come in such files, or the file holds no name.
    """
    reader = READERS.get((list_code, path.suffix.lower()))
    if reader is None:
        formats = ", ".join(sorted(f"{code}{suffix}" for code, suffix in READERS))
        raise UnknownFormatError(f"No reader for {list_code} in {path.suffix} files; known are {formats}")
    try:
        cleaned = [
            ListedName(entry.strip(), " ".join(name.split())[:LONGEST_NAME]) for entry, name in reader(path)
        ]
    except (UnicodeDecodeError, csv.Error, ElementTree.ParseError) as error:
        raise UnknownFormatError(f"{path.name}: {error}") from error
    names = list(dict.fromkeys(one for one in cleaned if one.entry and one.name))
    if not names:
        raise UnknownFormatError(f"{path.name} holds no name in the format of {list_code}")
    if any("\0" in one.entry + one.name or len(one.entry) > LONGEST_ENTRY for one in names):
        raise UnknownFormatError(f"{path.name} holds zero bytes, or a number longer than {LONGEST_ENTRY}")
    return names


def _tree(path: Path) -> ElementTree.Element:
    """Return a parsed XML file without namespaces; one that defines entities is refused."""
    text = path.read_text(encoding="utf-8-sig")  # whatever encoding the file declares
    if any(sign in text for sign in ("<!DOCTYPE", "<!ENTITY", "\0")):
        raise UnknownFormatError(
            f"{path.name} defines entities or holds zero bytes, as no published list does"
        )
    root = ElementTree.fromstring(text)  # noqa: S314  entities are refused above
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _joined(element: ElementTree.Element, *tags: str) -> str:
    return " ".join(text for tag in tags if (text := (element.findtext(tag) or "").strip()))


def _un(path: Path) -> Iterator[ListedName]:
    given = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    root = _tree(path)
    for kind in ("INDIVIDUAL", "ENTITY"):
        for element in root.iter(kind):
            entry = element.findtext("DATAID") or ""
            yield ListedName(entry, _joined(element, *given))
            yield ListedName(entry, element.findtext("NAME_ORIGINAL_SCRIPT") or "")
            for alias in element.iter(f"{kind}_ALIAS"):
                yield ListedName(entry, alias.findtext("ALIAS_NAME") or "")


def _ofac_xml(path: Path) -> Iterator[ListedName]:
    for element in _tree(path).iter("sdnEntry"):
        entry = element.findtext("uid") or ""
        yield ListedName(entry, _joined(element, "firstName", "lastName"))
        for alias in element.iter("aka"):
            yield ListedName(entry, _joined(alias, "firstName", "lastName"))


def _ofac_csv(path: Path) -> Iterator[ListedName]:
    """Give the names of sdn.csv (number, name, …) or of alt.csv (number, number, kind, name, …)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) > 1 and row[0].strip().isdigit():
                name = row[3] if row[1].strip().isdigit() and len(row) > 3 else row[1]
                yield ListedName(row[0], "" if name.strip() == "-0-" else name)


def _by_header(delimiter: str, entry: str, *names: str) -> Callable[[Path], Iterator[ListedName]]:
    def read(path: Path) -> Iterator[ListedName]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=delimiter):
                for name in names:
                    cell = row.get(name) or ""
                    for one in cell.split(";") if delimiter == "," else [cell]:
                        yield ListedName(row.get(entry) or "", one)

    return read


READERS: dict[tuple[str, str], Callable[[Path], Iterator[ListedName]]] = {
    ("UN-SC", ".xml"): _un,
    ("OFAC-SDN", ".xml"): _ofac_xml,
    ("OFAC-SDN", ".csv"): _ofac_csv,
    ("OFAC-CONS", ".xml"): _ofac_xml,
    ("OFAC-CONS", ".csv"): _ofac_csv,
    ("EU-FSF", ".csv"): _by_header(";", "Entity_LogicalId", "NameAlias_WholeName"),
    ("US-CSL", ".csv"): _by_header(",", "_id", "name", "alt_names"),
}
