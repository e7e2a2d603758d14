"""Who may do what about stages, address by address (tests/house/access.py)."""

from matchmaker.models.stage import IntroductionStage
from tests.house.access import at, each


def add_to(market):
    """Let the investor propose a stage to the startup that it talks with."""
    talk = market.report.message.introduction
    market.added["stage"] = IntroductionStage.objects.create(
        introduction=talk,
        kind="terms",
        state="proposed",
        proposed_by="startup",
        since_on=talk.asked_at.date(),
    )


ADDRESSES = (
    # Stages exist for the two teams while both are interested. The third startup talks with the investor
    at("stages", "ssnnonnn", "ssnninnn", public_id="friend.public_id"),
    at("stages", "ssnnnnnn", "ssnnnnnn", public_id="investor.public_id"),
    at("stages", "ssnnnnnn", "ssnnnnnn", public_id="rival.public_id"),
    *each("stage_answer stage_withdraw stage_done", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id"),
    at("stage_done", "ssmmmmnn", "ssnnnnnn", public_id="rival.public_id"),
)
