"""Who may do what about evidence, address by address (tests/house/access.py), and that of its market."""

from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.models.evidence import EvidenceGrant
from matchmaker.models.introduction import Introduction
from profiles.models import Endorsement
from tests.factories import make_evidence
from tests.house.access import at


def add_to(market):
    """Give the startup, the investor and its friend a document each; the friend's is open to the investor."""
    talk = Introduction.objects.get(startup=market.friend, investor=market.investor)
    pair = {"startup": market.friend, "investor": market.investor, "by": talk.by, "at": timezone.now()}
    market.added |= {
        "evidence": make_evidence(market.startup),
        "waits": make_evidence(market.startup, kind="link", state="waiting"),
        "investors_evidence": make_evidence(market.investor),
        "friends_evidence": make_evidence(market.friend),
        "endorsement": Endorsement.objects.create(side=Side.INVESTOR, claim="licence", **pair),
    }
    shown = {"evidence": market.added["friends_evidence"], "introduction": talk}
    EvidenceGrant.objects.create(side=Side.STARTUP, **shown, **pair)


ADDRESSES = (
    # One's own evidence, and what the other side of an introduction opens
    at("evidence", "ssoooonn", "ssmmmmnn"),
    at("evidence_add", "ssoooonn", "ssiiiinn"),
    at("evidence_domain", "ssoooonn", "ssggggnn"),
    at("evidence_domain_link", "ssnnnnnn", "ssnnnnnn", token="=x"),
    at("evidence_remove", "ssmmmmnn", "ssgnnnnn", pk="evidence.pk"),
    at("evidence_file", "ssmmmmnn", "ssonnnnn", pk="evidence.pk"),
    at("endorsement_withdraw", "ssmmmmnn", "ssnngnnn", pk="endorsement.pk"),
    at("pair_evidence", "ssnnonnn", "ssmmmmnn", public_id="friend.public_id"),
    at("pair_evidence", "ssnnnnnn", "ssmmmmnn", public_id="investor.public_id"),
    at("pair_evidence_endorse", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id"),
    at(
        "pair_evidence_grant",
        "ssmmmmnn",
        "ssnngnnn",
        public_id="friend.public_id",
        pk="investors_evidence.pk",
    ),
    at("pair_evidence_grant", "ssmmmmnn", "ssnnnnnn", public_id="friend.public_id", pk="evidence.pk"),
    at("pair_evidence_file", "ssmmmmnn", "ssnnonnn", public_id="friend.public_id", pk="friends_evidence.pk"),
    at("pair_evidence_file", "ssmmmmnn", "ssnnnnnn", public_id="friend.public_id", pk="evidence.pk"),
    # The curators look at it
    at("desk_evidence", "ssnnnnon", "ssnnnnmn"),
    at("desk_evidence_one", "ssnnnnon", "ssnnnnin", pk="waits.pk"),
    at("desk_evidence_file", "ssnnnnmn", "ssnnnnon", pk="evidence.pk"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {"founder": ("/evidence/add/", "/evidence/domain/"), "curator": ("/desk/evidence/",)}
