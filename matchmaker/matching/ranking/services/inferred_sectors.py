"""Fields inferred from a description when the startup or partner names none (docs/decisions/0015 and 0023).
Only visible texts are read.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from django.db import transaction

from matchmaker.choices import Side
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.market import arrays, columns, startup_rows, term_index, thesis_rows
from matchmaker.matching.ranking.market.term_index import Vocabulary
from matchmaker.matching.ranking.services import embeddings
from matchmaker.models.ranking import GUESSED, InferredSector, SectorVector, ThesisInferredSector
from profiles.choices import WORKS_IN_A_FIELD
from profiles.companies.steps.proposals import declined_sectors
from profiles.models import Sector, Thesis

MOST = 3  # fields of one description
BATCH = 500  # profiles in one statement
CLEARLY = 3200  # of a dot product of unit vectors × 127: a cosine of a fifth
# What pages may name: a cosine of three tenths, and the next one at most so many hundredths as like.
NAMED, BEHIND = 5000, 80
Inferred = tuple[tuple[int, int], ...]  # position and sector
# Where inferred sectors are kept: the table, whose it is, and the way to the profile.
TABLES: dict[Side, tuple[Any, str, str]] = {
    Side.STARTUP: (InferredSector, "startup_id", "startup_id"),
    Side.INVESTOR: (ThesisInferredSector, "thesis_id", "thesis__investor_id"),
}


def refresh(side: Side, pks: Collection[int] | None = None) -> int:
    """Infer the sectors of startups or theses that name none, all or some; return how many changed."""
    vocabulary = term_index.read_vocabulary()
    if side == Side.STARTUP:
        keys, sectors = startup_rows.shown_sectors(vocabulary, pks)
        owners = keys
    else:
        keys, owners, sectors = _theses(vocabulary, pks)
    silent = startup_rows.name_no_field(sectors, vocabulary)
    vectors = SectorVector.objects.filter(model_version=embeddings.model())
    if silent.any() and (pks is None or not vectors.exists()):
        _learn_words()
    texts = columns.read_vectors(side, owners[silent], embeddings.model())
    refused = declined_sectors((startup_rows if side == Side.STARTUP else thesis_rows).published(pks))
    inferred = _infer(
        texts, sectors[silent], vocabulary, [refused.get(pk, ()) for pk in owners[silent].tolist()]
    )
    by_key = dict(zip(keys[silent].tolist(), inferred, strict=True))
    return _store(side, {pk: by_key.get(pk, ()) for pk in keys.tolist()}, pks)


def _theses(vocabulary: Vocabulary, pks: Collection[int] | None) -> tuple[Array, Array, Array]:
    """int64[k], int64[k], int16[k,S]: theses of partners that work in a field, with owners and sectors."""
    doers = thesis_rows.published(pks).filter(kind__in=WORKS_IN_A_FIELD)
    rows = Thesis.objects.filter(is_active=True, investor__in=doers.order_by()).order_by("pk")
    theses = arrays.integers(rows, "pk", "investor_id")
    named = arrays.links(Thesis, ("sectors",), "thesis", rows.order_by())["sectors"]
    owner = term_index.row_numbers(term_index.lookup(theses[:, 0], range(len(theses))), named[:, 0])
    sector = term_index.row_numbers(vocabulary.sector_row, named[:, 1])
    width = len(vocabulary.sectors)
    return theses[:, 0], theses[:, 1], arrays.slots(owner, sector, size=len(theses), width=width)


def _infer(
    texts: Array, sectors: Array, vocabulary: Vocabulary, refused: Sequence[Collection[str]]
) -> list[Inferred]:
    """Return for each text int8[k,D] the positions and keys of its fields, the clearest first."""
    fields, vectors = _words(vocabulary) if len(texts) else (np.zeros(0, np.int64), texts)
    if not len(fields):
        return [()] * len(texts)
    like = texts.astype(np.int32) @ vectors.astype(np.int32).T
    parent = vocabulary.sector_parent[fields]
    keys = dict(Sector.objects.values_list("pk", "code")) if any(refused) else {}
    codes = np.array([keys.get(pk, "") for pk in vocabulary.sectors[fields].tolist()])
    inferred: list[Inferred] = []
    for likeness, stated, text, out in zip(like, sectors, texts, refused, strict=True):
        allowed = np.isin(parent, stated[stated >= 0]) if (stated >= 0).any() else likeness >= CLEARLY
        allowed = allowed & ~np.isin(codes, list(out)) & text.any()
        order = np.argsort(np.where(allowed, -likeness, np.iinfo(np.int32).max), kind="stable")
        count = int(allowed.sum())
        clearest = vocabulary.sectors[fields[order[: min(MOST, count)]]].tolist()
        numbered = list(enumerate(clearest, start=GUESSED))
        if numbered and _is_clear(likeness[order[:count]]):
            numbered[0] = (0, clearest[0])
        inferred.append(tuple(numbered))
    return inferred


def _is_clear(likeness: Array) -> bool:
    """Return whether the first of these, the clearest first, may be named on a page."""
    behind = likeness[1] if len(likeness) > 1 else 0
    return bool(len(likeness) and likeness[0] >= NAMED and 100 * behind <= BEHIND * likeness[0])


def _words(vocabulary: Vocabulary) -> tuple[Array, Array]:
    """int64[f], int8[f,D]: the rows of the fields that have a vector; what all fields share is taken off."""
    rows = SectorVector.objects.filter(model_version=embeddings.model()).order_by("sector_id")
    stored = list(rows.values_list("sector_id", "vector"))
    fields = term_index.row_numbers(vocabulary.sector_row, np.array([pk for pk, _v in stored], np.int64))
    if not len(fields):
        return fields, np.zeros((0, columns.DIMENSIONS), np.int8)
    raw = np.stack([np.frombuffer(vector, np.int8) for _pk, vector in stored]).astype(np.float64)
    apart = raw - raw.mean(axis=0)
    length = np.linalg.norm(apart, axis=1, keepdims=True)
    is_known = fields >= 0
    return fields[is_known], np.rint(127 * apart / np.maximum(length, 1e-9)).astype(np.int8)[is_known]


def _learn_words() -> None:
    version = embeddings.model()
    active_on = Sector.objects.filter(parent__isnull=False, merged_into__isnull=True, is_active=True)
    words = {
        sector.pk: embeddings.by_language(
            (sector.name_en, sector.name_ur, sector.name_zh, *sector.aliases.splitlines())
        )
        for sector in active_on.order_by("pk")
    }
    hashes = {pk: embeddings.hash_of(texts) for pk, texts in words.items()}
    SectorVector.objects.exclude(sector_id__in=words, model_version=version).delete()
    known = dict(SectorVector.objects.values_list("sector_id", "text_hash"))
    new = [pk for pk, text_hash in hashes.items() if known.get(pk) != text_hash]
    readable = embeddings.within_reach({pk: words[pk] for pk in new})
    new = [pk for pk in new if pk in readable]
    vectors = embeddings.embed_together([words[pk] for pk in new])
    SectorVector.objects.bulk_create(
        [
            SectorVector(sector_id=pk, text_hash=hashes[pk], model_version=version, vector=vector.tobytes())
            for pk, vector in zip(new, vectors, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["sector"],
        update_fields=["text_hash", "model_version", "vector"],
    )


@transaction.atomic
def _store(side: Side, inferred: dict[int, Inferred], pks: Collection[int] | None) -> int:
    model, owner, company = TABLES[side]
    rows = arrays.about(model.objects.all(), company, pks)
    before: dict[int, Inferred] = {}
    for key, at, sector in arrays.integers(rows.order_by(owner, "position"), owner, "position", "sector_id"):
        before[int(key)] = (*before.get(int(key), ()), (int(at), int(sector)))
    changed = sorted(
        pk for pk in before.keys() | inferred.keys() if before.get(pk, ()) != inferred.get(pk, ())
    )
    for start in range(0, len(changed), BATCH):
        rows.filter(**{f"{owner}__in": changed[start : start + BATCH]}).delete()
    fresh = [
        model(**{owner: pk}, sector_id=sector, position=position)
        for pk in changed
        for position, sector in inferred.get(pk, ())
    ]
    model.objects.bulk_create(fresh, ignore_conflicts=True)  # another worker read the same text
    return len(changed)
