"""What is hidden is nowhere: not on pages, in exports, mails, the log or the broker."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.desk.today import services as desk
from matchmaker.integrations.dispatch import breaker
from profiles.catalogue.visibility.fields import GROUPS
from profiles.catalogue.visibility.policy import POLICY, audience_of
from profiles.choices import PictureKind, PictureState
from profiles.companies.steps import services as companies
from profiles.models import AuditRecord, NeedType, OutboxMail, Review, User
from tests.attack.pages import LINK
from tests.factories import make_evidence
from tests.house.access import ACTORS
from tests.house.market import Market
from tests.matchmaker import ranked
from tests.matchmaker.deals.decks.decked import make_deck
from tests.profiles.companies.pictures.pictured import make_picture
from tests.profiles.standings import CIRCLES
from tests.servers import Broker

pytestmark = pytest.mark.attack

ENDS = ("/accounts/logout", "/static/", "/i18n/")
FIRST = ("/", "/home/", "/matches/", "/passed/", "/directory/", "/admin/")
# An edit of an approved profile, of a kind each; the words of some have to look like something.
HELD = ("name_en", "pitch", "summary_ur", "website", "founders", "contact_email", "description")
VALUES = {"website": "https://{}.example/", "contact_email": "{}@example.com"}
DECK = "qanatdeckpage"
ACTS = ("shortlistnote", "passnote", "pinnote", "reviewmessage", "missionnote")


def canaries(record, but=()):
    """Write a word of its own into every free text of a record; return field → word."""
    words = {}
    for field in record._meta.concrete_fields:
        if field.get_internal_type() in ("CharField", "TextField", "URLField", "EmailField"):
            if field.choices or field.unique or not field.editable or field.name in but:
                continue
            word = f"qanat{record._meta.model_name}{field.name}".replace("_", "")
            value = {"URLField": f"https://{word}.example/", "EmailField": f"{word}@example.com"}
            words[field.name] = word
            setattr(record, field.name, value.get(field.get_internal_type(), word)[: field.max_length])
    record.save()
    return words


def crawl(client, tally, most):
    """Follow every link from the first pages, so many at most; return all that was shown."""
    todo, known, shown = list(FIRST), set[str](), []
    while todo and len(known) < most:
        path = todo.pop(0).replace("&amp;", "&")
        if path in known or path.startswith(ENDS):
            continue
        known.add(path)
        answer = client.get(path)
        tally.count()
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        shown.append(f"{path} {dict(answer.headers)} {text}")
        if "html" in answer.headers.get("Content-Type", ""):
            todo += LINK.findall(text)
    return "\n".join(shown).lower()


class Secrets:
    """A ranked market in which every free text is a word of its own; which words each actor may see."""

    def __init__(self):
        self.market = Market()
        startup, investor = self.market.startup, self.market.investor
        for profile in (startup, investor):
            profile.visibility = {key: group.choices[-1].value for key, group in GROUPS[profile.side].items()}
        self.market.deal.startup = None  # whom the own deals were with is no secret to an investor
        self.words = {Side.STARTUP: canaries(startup), Side.INVESTOR: canaries(investor)}
        self.rows = {
            "note": canaries(self.market.thesis),
            "deal": canaries(self.market.deal),
            "account": {"full_name": "qanataccountfullname"},
            "evidence": canaries(make_evidence(startup, kind="link"), but=("host",)),
            "held": {name: f"qanatheld{name}".replace("_", "") for name in HELD},
        }
        User.objects.filter(pk=self.market.people["founder"].pk).update(full_name="qanataccountfullname")
        self.deck = make_deck(startup, self.market.people["founder"], text=DECK)
        self.rows["deck"] = {"page": DECK}
        ranked.rank_whole()
        self.act(startup, investor)

    def act(self, startup, investor):
        """Let everyone write what no one else reads, through the services that people use."""
        people, at = self.market.people, timezone.now()
        mine = {"side": Side.STARTUP, "by": people["founder"], "at": at}
        shortlists.shortlist(startup, investor, **mine)
        shortlists.shortlist(startup, investor, note="qanatshortlistnote", **mine)
        decisions.pass_on(
            startup, investor, side=Side.INVESTOR, reason=PassReason.TEAM, by=people["partner"], at=at,
            note="qanatpassnote",
        )  # fmt: skip
        desk.curator_override(
            startup, investor, kind=OverrideKind.BOOST, note="qanatpinnote", expires_on=None,
            by=people["curator"], at=at,
        )  # fmt: skip
        Review.objects.create(
            investor=investor, outcome="approved", decided_by=people["curator"], decided_at=at,
            message="qanatreviewmessage",
        )  # fmt: skip
        companies.edit(startup, changes={"licences": "qanatstartuplicences"}, by=people["founder"], at=at)
        held = {name: VALUES.get(name, "{}").format(word) for name, word in self.rows["held"].items()}
        needs = [{"type": NeedType.objects.get(code="cloud"), "description": held.pop("description")}]
        companies.edit(startup, changes=held, rows={"needs": needs}, by=people["founder"], at=at)
        shown = {"product": PictureState.SHOWN, "waiting": PictureState.WAITING}
        self.rows["pictures"] = {name: f"qanatpicture{name}" for name in shown}
        for name, state in shown.items():
            text = self.rows["pictures"][name]
            make_picture(startup, people["founder"], kind=PictureKind.PRODUCT, state=state, text=text)
        meeting = self.market.added["mission_meeting"]
        meeting.notes.create(delegation=meeting.startup, by=people["other_founder"], text="qanatmissionnote")
        self.rows["acts"] = {name: f"qanat{name}" for name in ACTS}

    def hidden(self, profile):
        """Return the words of a profile that someone across, who is only shown it, may not see."""
        rules = POLICY[profile.side]
        matched = {name for name in rules if audience_of(profile, name) in CIRCLES["matched"]}
        return {word for name, word in self.words[profile.side].items() if name not in matched}

    def forbidden(self, actor):
        """Return the words that an actor may see nowhere."""
        startup, investor = set(self.words[Side.STARTUP].values()), set(self.words[Side.INVESTOR].values())
        # Who organises a programme lets everyone read the name; the form says so.
        investor -= {self.words[Side.INVESTOR]["name_en"]}
        acts, deal = self.rows["acts"], set(self.rows["deal"].values())
        note = {self.rows["note"][name] for name in ("note", "name")}
        curators = {acts["pinnote"], acts["reviewmessage"]}
        mine = {
            "founder": {acts["shortlistnote"]},
            "partner": {acts["passnote"], acts["reviewmessage"]},
            "curator": curators,
        }
        mine["other_founder"] = {acts["missionnote"]}
        others = set(acts.values()) - mine.get(actor, set())
        if actor not in ("founder", "curator"):  # an edit that no curator has approved
            others |= set(self.rows["held"].values()) | set(self.rows["evidence"].values())
        if actor not in ("founder", "curator"):  # they would tell the name, which is hidden
            others |= set(self.rows["pictures"].values())
        if actor != "founder":  # a curator reads it with a reason, which no one has given
            others.add(DECK)
        return {
            "founder": self.hidden(self.market.investor) | note | deal | others,
            "partner": self.hidden(self.market.startup) | others,
            "other_founder": startup | self.hidden(self.market.investor) | note | deal | others,
            "curator": {acts["shortlistnote"], DECK},
            "operator": self.secret_from_operators() | (others - curators),
        }.get(actor, startup | investor | note | deal | others)

    def secret_from_operators(self):
        """Return what the admin keeps back."""
        texts = ("contact_name", "contact_email", "cap_table", "founders")
        words = {word for words in self.words.values() for name, word in words.items() if name in texts}
        return words | {self.rows["note"]["note"]}


@pytest.fixture
def own_broker():
    """A broker where the settings look for one, which writes down every command."""
    server = Broker(settings.VAR_DIR)
    server.start()
    breaker.reset()
    yield server
    server.kill()


@pytest.mark.django_db(transaction=True)
def test_what_is_hidden_is_nowhere(own_broker, tally, caplog, transactional_db, depth):
    caplog.set_level("DEBUG")
    secrets = Secrets()
    caplog.clear()
    most = depth(40, deep=600)
    shown = {actor: crawl(secrets.market.client(actor), tally, most) for actor in ACTORS}
    own = reverse("deck_version", args=[secrets.deck.current.number])
    assert DECK in secrets.market.client("founder").get(own).content.decode()
    for table in ("matches", "deals"):
        path = reverse("member_export", args=[table])
        shown["partner"] += b"".join(secrets.market.client("partner").post(path)).decode().lower()
    for actor, text in shown.items():
        leaked = {word for word in secrets.forbidden(actor) if word in text}
        tally.check(not leaked, f"{actor}: {sorted(leaked)}")
    assert secrets.words[Side.STARTUP]["pitch"] in shown["partner"]
    written = (*secrets.words.values(), *secrets.rows.values())
    everything = {word for words in written for word in words.values()}
    commands = [path for path in (settings.VAR_DIR / "appendonlydir").rglob("*") if path.is_file()]
    kept = {
        "log": caplog.text,
        "broker": "".join(path.read_bytes().decode("latin-1") for path in commands),
        "mails": "".join(f"{mail.subject} {mail.body}" for mail in OutboxMail.objects.all()),
        "audit": "".join(str(record.details) for record in AuditRecord.objects.all()),
    }
    assert kept["broker"]
    for place, text in kept.items():
        allowed = everything if place == "audit" else set()
        leaked = {word for word in everything - allowed if word in text.lower()}
        tally.check(not leaked, f"{place}: {sorted(leaked)}")
    tally.settle()
