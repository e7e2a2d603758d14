"""Write the index: in the transaction of a profile's change, at once for a pilot, or all by a command."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from matchmaker.models.pilot import Pilot, PilotStep
from matchmaker.models.search import ResultKind, SearchEntry, SearchTerm, SearchWord
from matchmaker.search.selectors.documents import (
    Document,
    documents_of,
    pilot_document,
    pilots_to_index,
    profiles_to_index,
)
from profiles.choices import Side
from profiles.models import SIDES, Investor, Startup
from profiles.taxonomy.selectors.terms import all_terms

BATCH = 500
EVERYTHING = ""  # the word that counts all entries
ROW_OF = {ResultKind.NEED: "need_id", ResultKind.OFFER: "offer_id"}


@transaction.atomic
def index_profile(*, side: Side, pk: int, at: datetime) -> None:
    """Write anew what a profile is found by, and its pilots: a name in them may be hidden or shown now."""
    index_profiles(side, [pk], at=at)
    hosted = list(Pilot.objects.filter(**{f"{side}_id": pk}).order_by().values_list("pk", flat=True))
    if hosted:
        index_pilots(hosted, at=at)


@transaction.atomic
def index_profiles(side: Side, pks: Iterable[int], *, at: datetime) -> int:
    """Write anew what these profiles of a side are found by, and return how many there are."""
    tree, found = all_terms(), list(profiles_to_index(side).filter(pk__in=list(pks)))
    SearchEntry.objects.filter(**{f"{side}_id__in": [profile.pk for profile in found]}).delete()
    entries: list[tuple[SearchEntry, Document]] = []
    for profile in found:
        for document in documents_of(profile, tree):
            own: dict[str, Any] = {f"{side}_id": profile.pk}
            if document.row_pk is not None:
                own[ROW_OF[document.kind]] = document.row_pk
            read_at = max(at, profile.changed_at)
            entries.append((SearchEntry(kind=document.kind, indexed_at=read_at, **own), document))
    _write(entries)
    return len(found)


@transaction.atomic
def index_pilots(pks: Iterable[int], *, at: datetime) -> int:
    """Write anew what these pilots are found by, and return how many there are."""
    tree, found = all_terms(), list(pilots_to_index().filter(pk__in=list(pks)))
    SearchEntry.objects.filter(pilot_id__in=[pilot.pk for pilot in found]).delete()
    made = [SearchEntry(kind=ResultKind.PILOT, pilot_id=pilot.pk, indexed_at=at) for pilot in found]
    _write(list(zip(made, (pilot_document(pilot, tree) for pilot in found), strict=True)))
    return len(found)


def _write(entries: list[tuple[SearchEntry, Document]]) -> None:
    """Store entries with their terms, and the words that nobody has used so far.

    No row of these tables is shared by two profiles, so two edits at once never wait for each other.
    """
    SearchEntry.objects.bulk_create([entry for entry, _document in entries], batch_size=BATCH)
    terms = [
        SearchTerm(entry=entry, kind=entry.kind, audience=audience, term=term, weight=weight)
        for entry, document in entries
        for audience, weighted in document.terms.items()
        for term, weight in weighted.items()
    ]
    SearchTerm.objects.bulk_create(terms, batch_size=BATCH)
    used = Counter((each.term, each.audience) for each in terms)
    wanted = sorted({term for term, _audience in used})
    known: set[tuple[str, int]] = set()
    for some in _in_batches(wanted):
        known.update(SearchWord.objects.filter(term__in=some).order_by().values_list("term", "audience"))
    new = (key for key in used if key not in known)
    words = [_word(term, audience, used[term, audience]) for term, audience in new]
    SearchWord.objects.bulk_create(words, batch_size=BATCH)


def index_everything(*, at: datetime) -> dict[str, int]:
    """Write the whole index anew, and return how many entries of each kind it has."""
    for side in Side:
        pks = SIDES[side]._default_manager.order_by("pk").values_list("pk", flat=True)
        for some in _in_batches(list(pks)):
            index_profiles(side, some, at=at)
    index_pilots(list(Pilot.objects.values_list("pk", flat=True)), at=at)
    count_words(at=at)
    kinds = SearchEntry.objects.order_by().values_list("kind").annotate(count=Count("pk"))
    return dict(kinds)


def count_words(*, at: datetime) -> int:
    """Count anew how many entries have each term, and return how many terms there are.

    Only what has changed is written: on SQLite nobody else writes meanwhile.
    """
    counted = SearchTerm.objects.order_by().values_list("term", "audience").annotate(uses=Count("pk"))
    uses = {(term, audience): count for term, audience, count in counted}
    uses[EVERYTHING, 0] = SearchEntry.objects.count()
    wrong = []
    for pk, term, audience, count in SearchWord.objects.order_by().values_list(
        "pk", "term", "audience", "uses"
    ):
        if uses.get((term, audience)) == count:
            del uses[term, audience]
        else:
            wrong.append(pk)
    with transaction.atomic():
        for some in _in_batches(wrong):
            SearchWord.objects.filter(pk__in=some).delete()
        words = [_word(term, audience, count) for (term, audience), count in uses.items()]
        SearchWord.objects.bulk_create(words, batch_size=BATCH)
    return SearchWord.objects.count()


def _word(term: str, audience: int, uses: int) -> SearchWord:
    return SearchWord(term=term, head=term[:2], audience=audience, uses=uses)


def _in_batches(keys: list[Any]) -> Iterator[list[Any]]:
    """Yield the keys, not more at a time than a query takes."""
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


CHANGED_BEFORE = timedelta(seconds=5)  # who is about to write the index itself is left alone


def index_missing(*, at: datetime) -> int:
    """Index what no edit has: new drafts, imports, what a killed process left. Return how many."""
    done = 0
    for side in Side:
        current = SearchEntry.objects.filter(
            kind=str(side), **{f"{side}_id": OuterRef("pk")}, indexed_at__gte=OuterRef("changed_at")
        )
        late = SIDES[side]._default_manager.filter(~Exists(current), changed_at__lte=at - CHANGED_BEFORE)
        done += index_profiles(side, list(late.order_by("pk").values_list("pk", flat=True)[:BATCH]), at=at)
    entries, steps = (
        SearchEntry.objects.filter(pilot=OuterRef("pk")),
        PilotStep.objects.filter(pilot=OuterRef("pk")),
    )
    pilots = Pilot.objects.annotate(
        indexed_at=Subquery(entries.values("indexed_at")[:1]),
        last_step=Subquery(steps.order_by("-at").values("at")[:1]),
    ).filter(Q(indexed_at=None) | Q(last_step__gt=F("indexed_at"), last_step__lte=at - CHANGED_BEFORE))
    return done + index_pilots(list(pilots.order_by("pk").values_list("pk", flat=True)[:BATCH]), at=at)


def erase_company(company: Startup | Investor, at: datetime) -> None:
    """Forget the words that only this company has, before its entries go with it."""
    own = SearchTerm.objects.filter(**{f"entry__{company.side}": company}).order_by().values("term")
    SearchWord.objects.filter(term__in=own, uses__lte=1).delete()
