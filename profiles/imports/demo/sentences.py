"""Names and sentences of a synthetic market, composed alike in three languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from profiles.imports.demo.records import table_rows

LANGUAGES = ("en", "ur", "zh")
Words = dict[str, str]  # by language


@dataclass(frozen=True)
class Speech:
    """The parts of which names and sentences are made, by use."""

    parts: dict[str, list[Words]]

    def startup_name(self, number: int) -> Words:
        """Return the name of a number: different for the first 21,120 numbers, whatever their order."""
        firsts, seconds, thirds = (self.parts[use] for use in ("first", "second", "third"))
        number, first = divmod(number, len(firsts))
        number, second = divmod(number, len(seconds))
        return joined_words((firsts[first], seconds[second], thirds[number % len(thirds)]))

    def investor_name(self, number: int, kind: str, *, is_local: bool, chance: Random) -> Words:
        """Return the name of an investor of a kind: two syllables, or a local word, and what it is."""
        syllables, what = self.parts["syllable"], chance.choice(self.parts[kind])
        if is_local:
            return joined_words((self.parts["first"][number % len(self.parts["first"])], what))
        first, second = divmod(number % len(syllables) ** 2, len(syllables))
        one, two = syllables[first], syllables[second]
        both = {
            "en": one["en"] + two["en"].lower(),
            "ur": f"{one['ur']} {two['ur']}",
            "zh": one["zh"] + two["zh"],
        }
        return joined_words((both, what))

    def sentence(self, about: str, chance: Random, *uses: str, **names: Words) -> Words:
        """Return a sentence in every language: the same pattern and the same words."""
        pattern = chance.choice(self.parts[about])
        words = names | {use: chance.choice(self.parts[use]) for use in uses}
        return {
            language: capital(
                pattern[language].format(**{use: word[language] for use, word in words.items()})
            )
            for language in LANGUAGES
        }


def joined_words(parts: Sequence[Words]) -> Words:
    """Return parts of a name put together; Chinese has no blanks."""
    return {
        language: ("" if language == "zh" else " ").join(part[language] for part in parts)
        for language in LANGUAGES
    }


def capital(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def load() -> Speech:
    """Return the parts in profiles/data/seed_words.csv."""
    parts: dict[str, list[Words]] = {}
    for row in table_rows("seed_words"):
        parts.setdefault(row["use"], []).append({language: row[language] for language in LANGUAGES})
    return Speech(parts)
