"""Who may do what about outcomes, address by address (tests/house/access.py)."""

from django.utils import timezone

from matchmaker.models.outcome import IntroductionOutcome
from tests.house.access import at


def add_to(market):
    """Let the startup that the investor talks with record two outcomes, of which one is disputed."""
    talk = market.report.message.introduction
    for name, state in (("outcome_open", "recorded"), ("outcome_disputed", "disputed")):
        is_disputed = state == "disputed"
        market.added[name] = IntroductionOutcome.objects.create(
            introduction=talk,
            kind="pilot",
            state=state,
            recorded_by="startup",
            happened_on=talk.asked_at.date(),
            words="Forty meters",
            objection="Four meters" if is_disputed else "",
            answered_at=timezone.now() if is_disputed else None,
        )


ADDRESSES = (
    # Outcomes exist for the two teams while both are interested. The third startup talks with the investor
    at("outcomes", "ssnnonnn", "ssnninnn", public_id="friend.public_id"),
    at("outcomes", "ssnnnnnn", "ssnnnnnn", public_id="investor.public_id"),
    at("outcomes", "ssnnnnnn", "ssnnnnnn", public_id="rival.public_id"),
    at("outcome_none", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id"),
    at("outcome_none", "ssmmmmnn", "ssnnnnnn", public_id="rival.public_id"),
    at("outcome_answer", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id", pk="outcome_open.pk"),
    at("outcome_answer", "ssmmmmnn", "ssnnnnnn", public_id="rival.public_id", pk="outcome_open.pk"),
    at("outcome_disputes", "ssnnnnon", "ssnnnnmn"),
    at("outcome_read", "ssnnnnmn", "ssnnnngn", pk="outcome_disputed.pk"),
)
