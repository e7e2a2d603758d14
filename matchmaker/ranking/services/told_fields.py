"""Which fields the description of a startup speaks of, where it names none: what a reader would see at once.

A text is measured against the names and other words of every field, in all languages. Within the whole
sectors that are named, the likest fields count; where nothing is named, all fields are looked at, and a text
that speaks of none clearly tells none. Only what the other side may see is read (docs/decisions/0015).
"""

from collections.abc import Collection
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from matchmaker.choices import Side
from matchmaker.models import SectorVector, ToldField
from matchmaker.ranking.market import arrays, startup_rows, term_index, text_vectors
from matchmaker.ranking.market.term_index import Vocabulary
from matchmaker.ranking.services import embeddings
from profiles.models import Sector

Array = NDArray[Any]

TOLD = 3  # fields of one description
BATCH = 500  # profiles in one statement
CLEARLY = 3200  # of a dot product of unit vectors × 127: a cosine of a fifth


def refresh(pks: Collection[int] | None = None) -> int:
    """Read the startups that name no field, all or some; return how many readings changed.

    The fields' own vectors are made here where all are read, never in the path of one edit.
    """
    vocabulary = term_index.read_vocabulary()
    keys, sectors = startup_rows.shown_sectors(vocabulary, pks)
    silent = startup_rows.name_no_field(sectors, vocabulary)
    if pks is None and silent.any():
        _learn_words()
    texts = text_vectors.read_vectors(Side.STARTUP, keys[silent], embeddings.model())
    told = _told(texts, sectors[silent], vocabulary)
    found = dict(zip(keys[silent].tolist(), told, strict=True))
    return _store({pk: found.get(pk, ()) for pk in keys.tolist()}, pks)


def _told(texts: Array, sectors: Array, vocabulary: Vocabulary) -> list[tuple[int, ...]]:
    """Return for each text int8[k,D] the keys of the fields it speaks of, the clearest first."""
    fields, vectors = _words(vocabulary) if len(texts) else (np.zeros(0, np.int64), texts)
    if not len(fields):
        return [()] * len(texts)
    like = texts.astype(np.int32) @ vectors.astype(np.int32).T
    parent = vocabulary.sector_parent[fields]
    told = []
    for own, stated, text in zip(like, sectors, texts, strict=True):
        allowed = np.isin(parent, stated[stated >= 0]) if (stated >= 0).any() else own >= CLEARLY
        order = np.argsort(np.where(allowed, -own, np.iinfo(np.int32).max), kind="stable")
        clearest = order[: min(TOLD, int(allowed.sum()))] if text.any() else order[:0]
        told.append(tuple(vocabulary.sectors[fields[clearest]].tolist()))
    return told


def _words(vocabulary: Vocabulary) -> tuple[Array, Array]:
    """int64[f], int8[f,D]: the rows of the fields that have a vector; what all fields share is taken off."""
    rows = SectorVector.objects.filter(model_version=embeddings.model()).order_by("sector_id")
    stored = list(rows.values_list("sector_id", "vector"))
    fields = term_index.row_numbers(vocabulary.sector_row, np.array([pk for pk, _v in stored], np.int64))
    if not len(fields):
        return fields, np.zeros((0, text_vectors.DIMENSIONS), np.int8)
    raw = np.stack([np.frombuffer(vector, np.int8) for _pk, vector in stored]).astype(np.float64)
    apart = raw - raw.mean(axis=0)
    length = np.linalg.norm(apart, axis=1, keepdims=True)
    known = fields >= 0
    return fields[known], np.rint(127 * apart / np.maximum(length, 1e-9)).astype(np.int8)[known]


def _learn_words() -> None:
    """Embed the words of every field in use that are new or have changed; forget all others."""
    version = embeddings.model()
    in_use = Sector.objects.filter(parent__isnull=False, merged_into__isnull=True, is_active=True)
    words = {sector.pk: _words_of(sector) for sector in in_use.order_by("pk")}
    hashes = {pk: embeddings.hash_of(texts) for pk, texts in words.items()}
    SectorVector.objects.exclude(sector_id__in=words, model_version=version).delete()
    known = dict(SectorVector.objects.values_list("sector_id", "text_hash"))
    new = [pk for pk, text_hash in hashes.items() if known.get(pk) != text_hash]
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


def _words_of(sector: Sector) -> tuple[str, ...]:
    """Return the field's names and other words, one text for each language."""
    return embeddings.by_language(
        (sector.name_en, sector.name_ur, sector.name_zh, *sector.aliases.splitlines())
    )


@transaction.atomic
def _store(told: dict[int, tuple[int, ...]], pks: Collection[int] | None) -> int:
    """Write what is told now, and return for how many startups that is not what was told before."""
    rows = ToldField.objects.all() if pks is None else ToldField.objects.filter(startup_id__in=pks)
    before: dict[int, tuple[int, ...]] = {}
    for startup, sector in arrays.integers(
        rows.order_by("startup_id", "position"), "startup_id", "sector_id"
    ):
        before[int(startup)] = (*before.get(int(startup), ()), int(sector))
    changed = sorted(pk for pk in before.keys() | told.keys() if before.get(pk, ()) != told.get(pk, ()))
    for start in range(0, len(changed), BATCH):
        rows.filter(startup_id__in=changed[start : start + BATCH]).delete()
    fresh = [
        ToldField(startup_id=pk, sector_id=sector, position=position)
        for pk in changed
        for position, sector in enumerate(told.get(pk, ()))
    ]
    ToldField.objects.bulk_create(fresh, ignore_conflicts=True)  # another worker read the same text
    return len(changed)
