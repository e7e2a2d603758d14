"""Remove hidden names from the texts of a profile, and nothing else."""

import re
from functools import lru_cache

from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows

TERMS = ("taxonomy", "needs", "forms", "stages", "glossary")
SHORT = 8  # letters
GAP = "…"
NO_LETTER_BEFORE, NO_LETTER_AFTER = r"(?<![^\W_])", r"(?![^\W_])"
WITHIN_A_SENTENCE = r"(?:(?<=[^\W\d_] )|(?<=[,;] ))"  # after a word, where only names are capitalised
NOWHERE = re.compile(r"(?!)")
HAN = re.compile("[\u3400-\u9fff]")


@lru_cache(maxsize=2)
def vocabulary_words(*tables: str) -> frozenset[str]:
    rows = [row for name in tables for row in csv_rows(DATA / f"{name}.csv")]
    cells = [cell.casefold() for row in rows for cell in row.values()]
    terms = {term.strip() for cell in cells for term in re.split("[;|\n]", cell)}
    return frozenset(terms | {word for cell in cells for word in re.findall(r"[^\W\d_]+", cell)})


def is_ordinary(name: str) -> bool:
    terms = vocabulary_words(*TERMS)
    if HAN.search(name):
        return any(name in term for term in terms)
    return name.casefold() in terms


def without_names(text: str, names: tuple[str, ...]) -> str:
    """Return the text with these names replaced, the longest first."""
    for pattern in map(pattern_of, names):
        text = pattern.sub(GAP, text)
    return text


@lru_cache(maxsize=4096)
def pattern_of(name: str) -> re.Pattern[str]:
    if name.casefold() in vocabulary_words("places"):
        return NOWHERE
    parts = [part for part in re.split(r"[\W_]+", name) if part] or [name]
    pattern = r"[\W_]*".join(map(re.escape, parts))
    if is_ordinary(name):
        is_marked = name != name.casefold()  # without a capital nothing tells the name from the word
        return re.compile(WITHIN_A_SENTENCE + pattern + NO_LETTER_AFTER) if is_marked else NOWHERE
    if len(name) < SHORT and not HAN.search(name):
        pattern = f"{NO_LETTER_BEFORE}{pattern}{NO_LETTER_AFTER}"
    return re.compile(pattern, re.IGNORECASE)
