"""Vectors of an embeddings endpoint in the place of the built-in model, asked of a small local server."""

import json
import re
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from django.core.cache import caches
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.matching.ranking.registry import erase_company
from matchmaker.matching.ranking.services import embeddings, served_texts
from matchmaker.models.ranking import RankingJob, TextVector
from profiles.models import NeedType, Startup
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
WIDTH, KEY = 500, "key-of-the-operator"
SAYINGS = {text for own in served_texts._sayings().values() for text in own}


def vector_of(text):
    """A bag of words: texts with a word in common are alike."""
    out = np.zeros(WIDTH)
    for word in re.findall(r"\w+", text.casefold()):
        out[int(sha256(word.encode()).hexdigest(), 16) % WIDTH] += 1
    return out.tolist()


class Endpoint(ThreadingHTTPServer):
    """Answers as an embeddings endpoint, or as `status` and `answer` say; keeps what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.keys, self.status, self.answer, self.refuses = [], set(), 200, None, ""

    @property
    def own(self):
        """What it was asked, but for the descriptions that come with the product."""
        return [text for text in self.asked if text not in SAYINGS]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += asked["input"]
        self.server.keys.add((self.path, self.headers["Authorization"], asked["model"]))
        is_refused = self.server.refuses and any(self.server.refuses in text for text in asked["input"])
        rows = [{"index": at, "embedding": vector_of(text)} for at, text in enumerate(asked["input"])]
        answer = {"data": rows[::-1]} if self.server.answer is None else self.server.answer
        self.send_response(400 if is_refused else self.server.status)
        self.send_header("Location", "http://elsewhere.example/")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_args):
        pass


@pytest.fixture
def endpoint(settings):
    server = Endpoint()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.EMBEDDINGS_URL = f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY = "words", KEY
    served_texts._centres.cache_clear()
    yield server
    server.shutdown()
    server.server_close()
    served_texts._centres.cache_clear()


def vectors():
    return {
        (side, pk): bytes(v) for side, pk, v in TextVector.objects.values_list("side", "profile_id", "vector")
    }


def text_level(startup, investor):
    found = ranked.stored_lists.stored_ranking(Side.STARTUP, startup.pk).of(investor.pk)
    return found.levels[6], "text" in found.not_stated_startup


def test_it_decides_who_is_alike(endpoint):
    startup = ranked.make_startup(0, pitch="", summary_en="zinnia quartz")
    alike, other = (ranked.make_investor(0, pitch="") for _ in range(2))
    type(alike).objects.filter(pk=alike.pk).update(summary_en="quartz zinnia")
    type(alike).objects.filter(pk=other.pk).update(summary_en="walrus violin")
    ranked.rank_whole()
    assert text_level(startup, alike)[0] > text_level(startup, other)[0]
    assert {text.strip() for text in endpoint.own if len(text) < 30} >= {"zinnia quartz", "walrus violin"}
    assert endpoint.keys == {("/v1/embeddings", f"Bearer {KEY}", "words")}


def test_it_gets_what_the_other_side_may_read_and_each_text_once(endpoint):
    startups, _investors = ranked.make_market(3, 0)
    Startup.objects.filter(pk=startups[0].pk).update(summary_en="A secret formula", matching_consent=False)
    startups[1].needs.create(
        type=NeedType.objects.first(), description="A secret that has expired", expires_on="2026-01-01"
    )
    Startup.objects.filter(pk=startups[1].pk).update(summary_zh="滴灌")
    embeddings.refresh(Side.STARTUP)
    assert not [text for text in endpoint.asked if "secret" in text or startups[0].summary_en in text]
    assert any("滴灌" in text for text in endpoint.asked)
    assert len(endpoint.asked) == len({*endpoint.asked})

    endpoint.asked.clear()
    Startup.objects.filter(pk=startups[1].pk).update(summary_zh="微灌")
    assert embeddings.refresh(Side.STARTUP) == 1
    assert endpoint.asked == ["微灌"]


def test_while_it_is_away_what_it_has_read_counts_and_new_texts_are_not_stated(endpoint, caplog):
    startup, other = ranked.make_startup(0), ranked.make_startup(1)
    investor = ranked.make_investor(0)
    ranked.rank_whole()
    first, kept = startup.summary_en, vectors()
    endpoint.status = 503
    for summary in ("Something that nobody has read", first):
        Startup.objects.filter(pk=startup.pk).update(summary_en=summary)
        ranked.touch(startup)
        assert ranked.work() == 1
        assert not RankingJob.objects.exclude(error="").exists()
        assert text_level(startup, investor)[1] is (summary != first)
        gone = {("startup", startup.pk)} if summary != first else set()
        assert vectors() == {whose: vector for whose, vector in kept.items() if whose not in gone}
    assert text_level(other, investor)[1] is False
    assert KEY not in caplog.text
    assert "nobody has read" not in caplog.text

    Startup.objects.filter(pk=startup.pk).update(summary_en="Something that nobody has read")
    endpoint.status = 200
    caches["memory"].clear()  # a minute later
    ranked.rank_whole()
    assert text_level(startup, investor)[1] is False


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, None),
        (302, None),  # it is not followed
        (200, "no object"),
        (200, {"data": []}),
        (200, {"data": [{"index": 0, "embedding": [None]}]}),
    ],
)
def test_nobody_waits_again_for_one_that_is_away_or_answers_nonsense(endpoint, status, answer):
    endpoint.status, endpoint.answer = status, answer
    ranked.make_market(2, 0)
    for _ in range(3):
        assert embeddings.refresh(Side.STARTUP) == 0
    assert len(endpoint.asked) == served_texts.BATCH


def test_a_text_that_it_refuses_costs_no_other_one_its_vector(endpoint):
    endpoint.refuses = "poison"
    startups, _investors = ranked.make_market(4, 0)
    Startup.objects.filter(pk=startups[2].pk).update(summary_en="poison")
    assert embeddings.refresh(Side.STARTUP) == 3
    assert startups[2].pk not in {pk for _side, pk in vectors()}


def test_what_it_made_of_texts_goes_with_a_deleted_company(endpoint):
    startups, _investors = ranked.make_market(1, 0)
    embeddings.refresh(Side.STARTUP)
    text = endpoint.own[0]
    assert served_texts._stored_vectors({text})
    erase_company(startups[0], timezone.now())
    assert not served_texts._stored_vectors({text})


def test_without_an_address_nothing_is_asked(endpoint, settings):
    settings.EMBEDDINGS_URL = ""
    ranked.make_market(2, 2)
    ranked.rank_whole()
    assert endpoint.asked == []


def test_the_privacy_page_names_it(endpoint, client, settings):
    named = "127.0.0.1"
    assert named in client.get("/privacy/").content.decode()
    settings.EMBEDDINGS_URL = ""
    assert named not in client.get("/privacy/").content.decode()


@pytest.mark.parametrize("width", [64, 384, 1536])
def test_vectors_of_any_length_keep_their_angles(width):
    stream = np.random.RandomState([width])
    one = stream.standard_normal((40, width))
    raw = one + 0.8 * one[:1]
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    found = served_texts._projected(unit)
    assert found.shape == (40, embeddings.DIMENSIONS)
    assert np.abs(found @ found.T - unit @ unit.T).max() < 0.3
