"""Write the index: in the transaction of a profile's change, after that of a pilot's, or all by a command."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from matchmaker.models.search import ResultKind, SearchAudience, SearchEntry, SearchTerm, SearchWord
from matchmaker.portal.search.selectors.documents import (
    ROWS,
    Document,
    documents_of,
    other_document,
    profiles_to_index,
)
from matchmaker.searchable import SEARCHABLE
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.choices import Side
from profiles.models import SIDES, Investor, Startup

BATCH = 500  # rows of one query
AT_ONCE = 100  # profiles that one transaction holds
EVERYTHING = ""  # the word that counts the entries: those that everyone finds, and the other ones
ROW_OF = {ResultKind.NEED: "need_id", ResultKind.OFFER: "offer_id"}


@transaction.atomic
def index_profile(*, side: Side, pk: int, at: datetime) -> None:
    """Write again what a profile is found by, and what it hosts: its name there may be hidden or shown now.

    One that only curators find, before and after, is left to the worker, which indexes it within minutes.
    """
    company = SIDES[side]._default_manager.filter(pk=pk).first()
    if company is None or not (company.is_published or _is_open(company)):
        return
    index_profiles(side, [pk], at=at)
    for kind, searchable in SEARCHABLE.items():
        if hosted := searchable.of_company(company):
            index_others(kind, hosted, at=at)


def _is_open(company: Startup | Investor) -> bool:
    terms = SearchTerm.objects.filter(audience__lt=SearchAudience.CURATORS)
    return terms.filter(**{f"entry__{company.side}": company}).exists()


@transaction.atomic
def index_profiles(side: Side, pks: Collection[int], *, at: datetime) -> int:
    rows = profiles_to_index(side).filter(pk__in=pks).order_by("pk")
    profiles = list(rows.select_for_update(of=("self",), no_key=True))  # no one edits before all is written
    tree = all_terms()
    kinds = (str(side), ROWS[side][1])
    old = SearchEntry.objects.filter(
        kind__in=kinds, **{f"{side}_id__in": [profile.pk for profile in profiles]}
    )
    entries: list[tuple[SearchEntry, Document]] = []
    for profile in profiles:
        for document in documents_of(profile, tree):
            owner: dict[str, Any] = {f"{side}_id": profile.pk}
            if document.row_pk is not None:
                owner[ROW_OF[ResultKind(document.kind)]] = document.row_pk
            read_at = max(at, profile.changed_at)
            entries.append((SearchEntry(kind=document.kind, indexed_at=read_at, **owner), document))
    _replace(old, entries)
    return len(profiles)


@transaction.atomic
def index_others(kind: str, pks: Collection[int], *, at: datetime) -> int:
    searchable = SEARCHABLE[kind]
    hosts = [each.company for each in searchable.documents(pks) if each.company]
    for side in Side:  # an edit of the host waits meanwhile: what is read is what is written
        _lock(side, {host.pk for host in hosts if host.side == side})
    tree, documents = all_terms(), searchable.documents(pks)
    for_all = searchable.visible(None, pks)
    made: list[tuple[SearchEntry, Document]] = []
    for each in documents:
        owner: dict[str, Any] = {"other_id": each.pk}
        if each.company:
            owner[f"{each.company.side}_id"] = each.company.pk
        document = other_document(kind, each, tree, is_open=each.pk in for_all)
        made.append((SearchEntry(kind=kind, indexed_at=at, **owner), document))
    _replace(SearchEntry.objects.filter(kind=kind, other_id__in=list(pks)), made)
    return len(documents)


def index_soon(*, kind: str, pk: int, **_kwargs: Any) -> None:
    """Index a changed row when its transaction commits. A killed process leaves it to the worker."""
    transaction.on_commit(partial(index_others, kind, [pk], at=timezone.now()))


def _lock(side: Side, pks: Collection[int]) -> None:
    """Lock the profiles, lower numbers first, so that no one edits between reading and writing."""
    rows = SIDES[side]._default_manager.select_for_update(no_key=True).filter(pk__in=pks)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _replace(old: QuerySet[SearchEntry], made: list[tuple[SearchEntry, Document]]) -> None:
    """Let the index have these entries instead of the old ones. Only what differs is written."""
    stored = {_key(entry): entry for entry in old}
    terms: dict[int, dict[tuple[str, int], tuple[int, int]]] = defaultdict(dict)
    rows = SearchTerm.objects.filter(entry__in=[entry.pk for entry in stored.values()]).order_by()
    for pk, whose, term, audience, weight in rows.values_list("pk", "entry", "term", "audience", "weight"):
        terms[whose][term, audience] = (pk, weight)
    fresh = [entry for entry, _document in made if _key(entry) not in stored]
    SearchEntry.objects.bulk_create(fresh, batch_size=BATCH)
    read_at: dict[datetime, list[int]] = defaultdict(list)
    new: list[SearchTerm] = []
    for entry, document in made:
        kept = stored.pop(_key(entry), entry)
        read_at[entry.indexed_at].append(kept.pk)
        for who, weighted in document.terms.items():
            for term, weight in weighted.items():
                if terms[kept.pk].get((term, who), (0, 0))[1] == weight:
                    del terms[kept.pk][term, who]
                else:
                    new.append(SearchTerm(entry=kept, kind=kept.kind, audience=who, term=term, weight=weight))
    for when, pks in read_at.items():
        SearchEntry.objects.filter(pk__in=pks).exclude(indexed_at=when).update(indexed_at=when)
    over = {pk: term for before in terms.values() for (term, _who), (pk, _weight) in before.items()}
    for some in _in_batches(list(over)):
        SearchTerm.objects.filter(pk__in=some).delete()
    if stored:
        SearchEntry.objects.filter(pk__in=[entry.pk for entry in stored.values()]).delete()
    SearchTerm.objects.bulk_create(new, batch_size=BATCH)
    _learn(Counter((each.term, int(each.audience)) for each in new))
    forget_words(set(over.values()))


def _key(entry: SearchEntry) -> tuple[Any, ...]:
    whose = (entry.startup_id, entry.investor_id)
    return (entry.kind, *whose, entry.need_id, entry.offer_id, entry.other_id)


def forget_words(terms: Collection[str]) -> None:
    for some in _in_batches(sorted(terms)):
        used = SearchTerm.objects.filter(term=OuterRef("term"), audience=OuterRef("audience"))
        SearchWord.objects.filter(~Exists(used), term__in=some).delete()


def _learn(used: Mapping[tuple[str, int], int]) -> None:
    known: set[tuple[str, int]] = set()
    for some in _in_batches(sorted({term for term, _audience in used})):
        known.update(SearchWord.objects.filter(term__in=some).order_by().values_list("term", "audience"))
    words = [_word(term, audience, count) for (term, audience), count in used.items()]
    new = [word for word in words if (word.term, word.audience) not in known]
    SearchWord.objects.bulk_create(new, batch_size=BATCH)


def index_everything(*, at: datetime) -> dict[str, int]:
    for side in Side:
        pks = SIDES[side]._default_manager.order_by("pk").values_list("pk", flat=True)
        for some in _in_batches(list(pks), AT_ONCE):
            index_profiles(side, some, at=at)
    for kind, searchable in SEARCHABLE.items():
        for some in _in_batches(sorted(searchable.changes()), AT_ONCE):
            index_others(kind, some, at=at)
    count_words(at=at)
    kinds = SearchEntry.objects.order_by().values_list("kind").annotate(count=Count("pk"))
    return dict(kinds)


def count_words(*, at: datetime) -> int:
    """Count again how many entries have each term, and return how many terms there are."""
    counted = SearchTerm.objects.order_by().values_list("term", "audience").annotate(uses=Count("pk"))
    uses = {(term, audience): count for term, audience, count in counted}
    found_by_all = SearchTerm.objects.filter(audience=SearchAudience.BLIND).order_by()
    for_all = found_by_all.aggregate(count=Count("entry", distinct=True))["count"]
    uses[EVERYTHING, SearchAudience.BLIND] = for_all
    uses[EVERYTHING, SearchAudience.CURATORS] = SearchEntry.objects.count() - for_all
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


def _in_batches(keys: list[Any], size: int = BATCH) -> Iterator[list[Any]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))


INDEX_SOON = "index_soon"  # under which index_soon hears of changes
CHANGED_BEFORE = timedelta(seconds=5)  # who is about to write the index itself is left alone


MOST_BATCHES = 10  # that one task indexes


def index_missing(*, at: datetime) -> int:
    done = 0
    for _batch in range(MOST_BATCHES):
        more = _index_some(at)
        done += more
        if not more:
            break
    return done


def _index_some(at: datetime) -> int:
    """Index a batch of what is missing or older than its last change."""
    done = 0
    for side in Side:
        current = SearchEntry.objects.filter(
            kind=str(side), **{f"{side}_id": OuterRef("pk")}, indexed_at__gte=OuterRef("changed_at")
        )
        late = SIDES[side]._default_manager.filter(~Exists(current), changed_at__lte=at - CHANGED_BEFORE)
        done += index_profiles(side, list(late.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]), at=at)
    for kind, searchable in SEARCHABLE.items():
        entries = SearchEntry.objects.filter(kind=kind).order_by()
        indexed = dict(entries.values_list("other_id").annotate(at=Max("indexed_at")))
        changed = ((pk, when) for pk, when in searchable.changes().items() if when <= at - CHANGED_BEFORE)
        late_rows = [pk for pk, when in changed if pk not in indexed or indexed[pk] < when]
        done += index_others(kind, late_rows[:AT_ONCE], at=at)
    return done


def erase_company(company: Startup | Investor, at: datetime) -> None:
    entries = SearchEntry.objects.filter(**{str(company.side): company})
    _replace(entries, [])
