"""Terms of the tables that a text uses, in the reader's language. The text itself stays as it is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from profiles.taxonomy.services import DATA, csv_rows

TABLES = ("taxonomy", "needs", "forms", "stages")
LANGUAGES = ("en", "zh", "ur")
MOST_TERMS = 12  # shown beside one text
LONGEST_TERM = 6  # words of one term, or Chinese characters
WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class TextTerm:
    """A term as the text has it, and a concept in the reader's language: the same one, or the wider one."""

    said: str
    meant: str
    is_wider: bool  # the tables know the term as one of several words for the concept, not as its name


def terms_in(text: str, *, language: str, reader: str) -> list[TextTerm]:
    """Return the terms of a text in `language` with their names for the `reader`, each once, longest first.

    Languages are "en", "zh" and "ur". Reads the text once, whatever the tables hold.
    """
    if language == reader or language not in LANGUAGES:
        return []
    names = _names(language, reader)
    found: dict[str, TextTerm] = {}
    for said in _phrases(text, language):
        known = names.get(said.casefold())
        if known and known.meant.casefold() not in found:
            found[known.meant.casefold()] = replace(known, said=said)
        if len(found) == MOST_TERMS:
            break
    return list(found.values())


def _phrases(text: str, language: str) -> Iterator[str]:
    """Yield every run of words that may be a term; a longer one hides those inside it."""
    if language == "zh":
        for run in HAN.findall(text):
            yield from _runs(list(run), "", _known(language))
    else:
        yield from _runs(WORDS.findall(text), " ", _known(language))


def _runs(words: list[str], glue: str, known: frozenset[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        lengths = range(min(LONGEST_TERM, len(words) - at), 0, -1)
        tried = ((length, glue.join(words[at : at + length])) for length in lengths)
        length, said = next(((size, one) for size, one in tried if one.casefold() in known), (1, ""))
        if said:
            yield said
        at += length


@cache
def _known(language: str) -> frozenset[str]:
    """Return every term of a language."""
    return frozenset(_names(language, language))


@cache
def _names(language: str, reader: str) -> dict[str, TextTerm]:
    """Return the reader's word for every term of a language; names come before further words."""
    found: dict[str, TextTerm] = {}
    for rank in (0, 1):
        for row in _rows():
            meant, words = row[reader][0], row[language]
            for word in words[1:] if rank else words[:1]:
                if len(word) > 1 and meant:
                    found.setdefault(word.casefold(), TextTerm(word, meant, bool(rank)))
    return found


@cache
def _rows() -> list[dict[str, list[str]]]:
    """Return every concept of the tables: its names by language, the best one first."""
    found = []
    for table in ("glossary", *TABLES):
        for row in csv_rows(DATA / f"{table}.csv"):
            found.append({language: _row_names(row, language) for language in LANGUAGES})
    return found


def _row_names(row: dict[str, str], language: str) -> list[str]:
    """Return what one row calls its concept in a language; explanations in brackets left out."""
    name = row.get(f"name_{language}") or row.get(language) or ""
    told = [re.sub(r"\s*[(（].*", "", name), *row.get(f"aliases_{language}", "").split("|")]
    return [word.strip() for word in told if word.strip()] or [""]
