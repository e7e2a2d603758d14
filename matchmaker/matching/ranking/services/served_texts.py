"""Vectors of an embeddings endpoint, stored by text, so that an outage affects new texts only."""

import logging
from collections.abc import Collection, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain

import numpy as np
from django.conf import settings
from django.core.cache import caches

from matchmaker.integrations import embedding_service
from matchmaker.integrations.embedding_model import LANGUAGES, language_of
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.market.columns import DIMENSIONS
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows

logger = logging.getLogger(__name__)

BATCH = 32
AWAY, AWAY_SECONDS = "embeddings-away", 60  # how long no one asks again


def version() -> str:
    return f"served-1/{_digest(settings.EMBEDDINGS_MODEL)[:16]}"


def learn(texts: Collection[str]) -> set[str]:
    if not texts:
        return set()
    asked, sayings = {*texts}, {text for own in _sayings().values() for text in own}
    wanted = sorted((asked | sayings) - _stored_vectors(asked | sayings).keys())
    missing: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        missing |= _ask(wanted[start : start + BATCH])
    return asked if sayings & missing else asked & missing


def encode(texts: Sequence[str]) -> Array:
    """float32[k,DIMENSIONS]: unit vectors of texts that `learn` has found."""
    vectors, centres = _stored_vectors({*texts}), _centres(version())
    raw = np.stack([vectors[text] - centres[language_of(text)] for text in texts])
    unit: Array = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
    return unit


def forget() -> None:
    caches["vectors"].clear()


def _ask(texts: Sequence[str]) -> set[str]:
    """Ask for some texts and keep the answer; return those without one. A refused text is left out alone."""
    if caches["memory"].get(AWAY):
        return {*texts}
    try:
        vectors = _projected(embedding_service.ask(texts)).astype(np.float16)
    except embedding_service.TextsRefusedError as error:
        if len(texts) == 1:
            logger.warning("A text is left out: %s", error)
            return {*texts}
        half = len(texts) // 2
        return _ask(texts[:half]) | _ask(texts[half:])
    except embedding_service.AwayError as error:
        logger.warning("%s New texts wait.", error)
        caches["memory"].set(AWAY, value=True, timeout=AWAY_SECONDS)
        return {*texts}
    caches["vectors"].set_many({_key(text): row.tobytes() for text, row in zip(texts, vectors, strict=True)})
    return set()


def _stored_vectors(texts: Collection[str]) -> dict[str, Array]:
    """Return the vectors that are kept, float32[DIMENSIONS] by text."""
    keys = {_key(text): text for text in texts}
    found: dict[str, Array] = {}
    for start in range(0, len(keys), 500):
        part = caches["vectors"].get_many([*keys][start : start + 500])
        found |= {keys[key]: np.frombuffer(row, np.float16).astype(np.float32) for key, row in part.items()}
    return found


def _key(text: str) -> str:
    return f"{version()}/{_digest(text)}"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _centres(_version: str) -> dict[str, Array]:
    vectors = _stored_vectors({*chain.from_iterable(_sayings().values())})
    centres = {}
    for language, texts in _sayings().items():
        centres[language] = np.mean([vectors[text] for text in texts], axis=0)
    return centres


@cache
def _sayings() -> dict[str, tuple[str, ...]]:
    rows = [*csv_rows(DATA / "demo_startups.csv"), *csv_rows(DATA / "demo_investors.csv")]
    sayings = {}
    for language in LANGUAGES:
        sayings[language] = tuple(row[f"desc_{language}"] for row in rows)
    return sayings


def _projected(vectors: Array) -> Array:
    """float64[k,DIMENSIONS]: the same angles, nearly, in as many dimensions as the engine has."""
    width = vectors.shape[1]
    if width <= DIMENSIONS:
        return np.pad(vectors, ((0, 0), (0, DIMENSIONS - width)))
    projected: Array = vectors @ _projection(width)
    return projected


@cache
def _projection(width: int) -> Array:
    """float64[width,DIMENSIONS]: the same in every process."""
    stream = np.random.RandomState([width])
    drawn: Array = stream.standard_normal((width, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    return drawn
