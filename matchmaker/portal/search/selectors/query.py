"""What someone typed, as groups of terms that mean the same."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, F, Q, QuerySet, Sum, TextField, Value
from django.utils.translation import override
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matchmaker.models.search import SearchAudience, SearchTerm, SearchWord
from matchmaker.portal.search.selectors.documents import concept
from matchmaker.portal.search.words import SOUND, fold, number_terms, pairs, runs, sound
from profiles.catalogue.taxonomy.selectors.terms import KINDS
from profiles.choices import InvestorKind
from profiles.sounds import IS_HAN

LONGEST_QUERY = 100  # letters; what is beyond them is not read
MOST_GROUPS = 8
LONGEST_PHRASE = 4  # words
EVERYTHING = ""  # the word that counts all entries
COMMON = 5  # a term that more than one in five entries has tells nothing
SMALL = 60  # entries, of which this is not said
MOST_ENTRIES = 5_000  # that one query reads: of more, the commonest terms are left out
PARTS = re.compile(
    r"[,/;、，،&与和]| and | or | اور | و ", re.IGNORECASE
)  # of a name such as "Talent and hiring"
MOST_RECOUNTED = 50  # entries that have a term which a hidden company has too
MOST_ENDINGS, MOST_CORRECTIONS = 8, 4
SHORTEST_CORRECTED = 5  # letters: of shorter words every one is close to many
MOST_NAMED = 3  # names of the taxonomy with a word that still tells which of them is meant
EXACT, CONCEPT, PART, PHRASE, ENDING, SOUNDS, ALIKE, CORRECTED = 1.0, 1.0, 0.6, 0.8, 0.7, 0.55, 0.3, 0.5
SINGLE = 0.5
PAIR = "…"  # before two neighbours of a Chinese name
Phrases = dict[str, dict[str, float]]  # what a phrase means, and how well that fits


@dataclass
class Group:
    terms: dict[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()  # as typed, folded

    def add(self, term: str, fit: float) -> None:
        if term:
            self.terms[term] = max(self.terms.get(term, 0.0), fit)


@dataclass(frozen=True)
class Query:
    groups: tuple[Group, ...]
    worth: dict[str, list[tuple[int, float]]]  # the numbers of its groups
    typed: tuple[frozenset[str], ...] = ()  # every term of each group, known or not

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(self.worth)


class Vocabulary:
    """The words that a reader may learn of, with the number of entries that have them."""

    def __init__(self, audience: SearchAudience, own: Q, unseen: Q) -> None:
        self.audience, self.unseen = audience, unseen
        rows = SearchTerm.objects.order_by()
        self.own_rows = list(rows.filter(own).values_list("entry_id", "term", "weight"))
        self.own = Counter(term for _entry, term, _weight in self.own_rows)
        self.hidden = Counter(rows.filter(unseen).values_list("term", flat=True))

    def uses_of(self, terms: Iterable[str], heads: Collection[str] = ()) -> dict[str, int]:
        """Return the numbers of some terms, and of those that begin with some heads. One query."""
        wanted = {*terms, EVERYTHING}
        own = [term for term in self.own if term in wanted or term[:2] in heads]
        rows = SearchWord.objects.filter(Q(term__in=wanted) | Q(head__in=heads), audience__lte=self.audience)
        rows = rows.order_by()
        counts = dict(rows.values_list("term").annotate(Sum("uses")))
        if doubtful := [
            term for term in counts.keys() & self.hidden.keys() if counts[term] <= MOST_RECOUNTED
        ]:
            rest = SearchTerm.objects.filter(term__in=doubtful, audience__lte=self.audience)
            counted = rest.exclude(self.unseen).order_by().values_list("term").annotate(Count("pk"))
            counts = {term: count for term, count in counts.items() if term not in doubtful} | dict(counted)
        return {term: self.own[term] for term in own} | counts


def read_query(text: str, vocabulary: Vocabulary) -> Query:
    """Return what a text asks for; its last word may go on. At most four queries, and three to recount."""
    text = text[:LONGEST_QUERY]
    phrases = _phrases_in(tuple(_named_terms().all()))
    words = runs(fold(text))
    groups = _groups(words, phrases)
    if any(letter.isdigit() for letter in text) and groups:
        groups[0].terms.update(dict.fromkeys(number_terms(text) - groups[0].terms.keys(), EXACT))
    wanted = {term for group in groups for term in group.terms}
    last = [word for group in groups[-1:] for word in group.words if not IS_HAN.match(word)]
    known = vocabulary.uses_of(wanted, {head for word in last for head in _heads(word)})
    uses = {term: count for term, count in known.items() if term in wanted or term == EVERYTHING}
    for group in groups:
        for told in {sound(word) for word in group.words if word in uses} & group.terms.keys():
            group.terms[told] = ALIKE  # the word itself is known: others that sound like it are less likely
    unknown = [
        (group, word)
        for at, group in enumerate(groups)
        for word in group.words
        if not IS_HAN.match(word) and (word not in uses or at == len(groups) - 1)
    ]
    if unknown:
        if others := {head for _group, word in unknown if word not in last for head in _heads(word)}:
            known |= vocabulary.uses_of((), others)
        _complete_and_correct(unknown, uses, known)
        _correct_synonyms(unknown, uses, phrases, words)
        if added := {term for group in groups for term in group.terms} - uses.keys() - wanted:
            uses |= vocabulary.uses_of(added)
    return _weighed(groups, uses)


def _groups(words: list[str], phrases: Phrases) -> list[Group]:
    groups: list[Group] = []
    at = 0
    while at < len(words) and len(groups) < MOST_GROUPS:
        size = next(
            (
                size
                for size in range(min(LONGEST_PHRASE, len(words) - at), 1, -1)
                if " ".join(words[at : at + size]) in phrases
            ),
            1,
        )
        if size == 1 and IS_HAN.match(words[at]):
            groups.extend(_han_groups(words[at], phrases))
        else:
            groups.append(_group(words[at : at + size], phrases))
        at += size
    return groups[:MOST_GROUPS]


def _group(words: list[str], phrases: Phrases) -> Group:
    group = Group(words=tuple(words))
    for code, fit in phrases.get(" ".join(words), {}).items():
        group.add(code, fit)
    for word in words:
        group.add(word, EXACT if len(words) == 1 else PHRASE)
        if len(words) == 1:  # what is known as a phrase needs no guesses
            group.add(sound(word), SOUNDS)
    return group


def _han_groups(run: str, phrases: Phrases) -> Iterable[Group]:
    rest, at = "", 0
    while at < len(run):
        size = next(
            (size for size in range(min(12, len(run) - at), 1, -1) if run[at : at + size] in phrases), 0
        )
        if not size:
            rest, at = rest + run[at], at + 1
            continue
        if rest:
            yield _unnamed(rest, phrases)
            rest = ""
        group = _characters(run[at : at + size])
        for code, fit in phrases[run[at : at + size]].items():
            group.add(code, fit)
        yield group
        at += size
    if rest:
        yield _unnamed(rest, phrases)


def _unnamed(run: str, phrases: Phrases) -> Group:
    group = _characters(run)
    for pair in pairs(run):
        for code, fit in phrases.get(PAIR + pair, {}).items():
            group.add(code, fit if len(run) < 3 else fit * PHRASE)
    return group


def _characters(run: str) -> Group:
    group = Group(words=(run,))
    for pair in pairs(run):
        group.add(pair, EXACT if len(run) < 3 else PHRASE)
    return group


@cache
def _named_terms() -> QuerySet[Any, tuple[str, ...]]:
    arms = []
    for kind, model in KINDS.items():
        names = {field.name for field in model._meta.fields}
        aliases = F("aliases") if "aliases" in names else Value("", TextField())
        rows = model._default_manager.order_by()
        arms.append(
            rows.values_list(Value(kind, CharField()), "code", "name_en", "name_ur", "name_zh", aliases)
        )
    first, *rest = arms
    return first.union(*rest, all=True)


@lru_cache(maxsize=1)
def _phrases_in(rows: tuple[tuple[str, ...], ...]) -> Phrases:
    phrases: Phrases = defaultdict(dict)
    for kind, code, *names, aliases_of in rows:
        for name in (*names, *aliases_of.replace("|", "\n").split("\n")):
            for key, fit in phrases_of(name).items():
                phrases[key][concept(kind, code)] = max(fit, phrases[key].get(concept(kind, code), 0.0))
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, label in InvestorKind.choices:
                for key, fit in phrases_of(str(label)).items():
                    phrases[key][concept("kind", code)] = fit
    return phrases | _single_words(phrases)


def _single_words(phrases: Phrases) -> Phrases:
    """Return what one word of a longer name means, such as "irrigation", where few names have it."""
    named: dict[str, set[str]] = defaultdict(set)
    for phrase, codes in phrases.items():
        for word in phrase.split():
            named[word].update(codes)
            for pair in pairs(word) if IS_HAN.match(word) else ():
                named[PAIR + pair].update(codes)
    return {
        word: dict.fromkeys(codes, SINGLE)
        for word, codes in named.items()
        if word not in phrases
        and len(codes) <= MOST_NAMED
        and (len(word) >= SHORTEST_CORRECTED or (word.startswith(PAIR) and len(word) > len(PAIR) + 1))
    }


@cache
def phrases_of(name: str) -> dict[str, float]:
    """Return a name, and each part of it, as a query is looked up, and how well that fits."""
    plain = name.partition("(")[0].partition("（")[0]
    phrases = {" ".join(runs(fold(part))): PART for part in PARTS.split(plain)}
    phrases[" ".join(runs(fold(plain)))] = CONCEPT
    return {key: fit for key, fit in phrases.items() if key}


def _complete_and_correct(
    unknown: list[tuple[Group, str]], uses: dict[str, int], counts: Mapping[str, int]
) -> None:
    """Add to the group of each unknown word what it may begin or mean: terms that `counts` has."""
    known: dict[str, dict[str, int]] = defaultdict(dict)
    for term, count in counts.items():
        known[term[:2]][term] = count
    for group, word in unknown:
        longer = [term for term in known[word[:2]] if term.startswith(word) and term != word]
        longer.sort(key=lambda term: (len(term), -known[word[:2]][term], term))
        for term in longer[:MOST_ENDINGS]:
            group.add(term, ENDING)
        if word not in uses and len(word) >= SHORTEST_CORRECTED:
            close = {term: count for head in _heads(word) for term, count in known[head].items()}
            for term, distance in _close(word, close):
                group.add(term, CORRECTED / max(distance, 1) + 0.2)
        for head in _heads(word):
            uses.update({term: count for term, count in known[head].items() if term in group.terms})


def _correct_synonyms(
    unknown: list[tuple[Group, str]], uses: dict[str, int], phrases: Phrases, whole: list[str]
) -> None:
    for group, word in unknown:
        if word not in uses and word not in phrases and len(word) >= SHORTEST_CORRECTED:
            for phrase, distance in _close(word, phrases):
                for code in phrases[phrase]:
                    group.add(code, CORRECTED / max(distance, 1) + 0.2)
    for group, _word in unknown[:1] if 1 < len(whole) <= LONGEST_PHRASE else ():
        for phrase, distance in _close(" ".join(whole), phrases):
            for code in phrases[phrase]:
                group.add(code, CORRECTED / max(distance, 1) + 0.2)


def _close(word: str, known: Iterable[str]) -> Iterable[tuple[str, int]]:
    most = 1 if len(word) < 7 else 2
    matches = process.extract(
        word, list(known), scorer=OSA.distance, score_cutoff=most, limit=MOST_CORRECTIONS
    )
    return [(term, int(distance)) for term, distance, _at in matches]


def _heads(word: str) -> set[str]:
    """Return how a word may begin if one of its first letters is left out, doubled, swapped or changed."""
    vowels = {word[0] + vowel for vowel in "aeiou"} if word[1:2] in tuple("aeiou") else set()
    return {word[:2], word[:1] + word[2:3], word[1:2] + word[:1], word[1:3]} | vowels


def _weighed(groups: list[Group], uses: dict[str, int]) -> Query:
    total = max(uses.get(EVERYTHING, 0), 1)
    affordable_groups: list[Group] = []
    telling = {term for group in groups for term in group.terms if _is_telling(uses.get(term, 0), total)}
    if not telling and (used := [term for group in groups for term in group.terms if uses.get(term)]):
        telling = {min(used, key=lambda term: (uses[term], term))}
    read = 0
    affordable: set[str] = set()
    for term in sorted(telling, key=lambda term: (uses[term], term)):
        read += uses[term]
        if read > MOST_ENTRIES and affordable:
            break
        affordable.add(term)
    worth: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for group in groups:
        terms = {term: fit for term, fit in group.terms.items() if term in affordable}
        if terms:
            for term, fit in terms.items():
                rare = math.log(1 + total / uses[term])
                short = 0.6 if term.startswith(SOUND) and len(term) < 4 else 1.0
                worth[term].append((len(affordable_groups), fit * rare * short))
            affordable_groups.append(group)
    typed = tuple(frozenset(group.terms) for group in groups)
    return Query(tuple(affordable_groups), dict(worth), typed)


def _is_telling(uses: int, total: int) -> bool:
    return uses > 0 and (uses <= SMALL or uses * COMMON <= total)
