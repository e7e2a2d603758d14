"""Companies as the other side of one's own, and what is a company's or a person's own."""

from collections.abc import Callable, Iterator
from typing import Any

from matchmaker.models.conversation import Message
from matchmaker.models.outcome import IntroductionOutcome
from matchmaker.models.search import SavedSearch
from profiles import models
from profiles.choices import PictureState
from tests.attack.objects.kinds import Kind, Named, desk, for_role, is_colleagues, nobody, one, own, rows
from tests.attack.world import Actor, World

# --- Companies, as the other side of one's own ---

SEEN = {"talks", "asked", "stranger", "withdrew", "blocked", "stale"}
MUTUAL = {"talks", "stale"}
SPOKEN = MUTUAL | {"withdrew", "blocked"}


def across(world: World) -> Iterator[Named]:
    for company in world.companies:
        yield Named({"public_id": company.public_id}, company)


def between(fates: set[str]) -> Kind:
    return Kind(across, lambda world, actor, company: world.fate(actor.company, company) in fates)


def messages(world: World) -> Iterator[Named]:
    """Give every message with its companies and with others: under a wrong company it is no message."""
    for message in Message.objects.select_related("startup", "investor"):
        for company in (message.startup, message.investor, world.startups["asked"], world.other):
            yield Named({"public_id": company.public_id, "pk": message.pk}, (message, company))


def may_message(fates: set[str]) -> Callable[[World, Actor, Any], bool]:
    def may(world: World, actor: Actor, owner: Any) -> bool:
        message, company = owner
        theirs = {message.startup, message.investor} == {actor.company, company}
        return theirs and world.fate(actor.company, company) in fates

    return may


def outcomes(world: World) -> Iterator[Named]:
    """Give every outcome with its companies and with others, like messages."""
    for row in IntroductionOutcome.objects.select_related("introduction__startup", "introduction__investor"):
        for company in (*row.pair, world.startups["asked"], world.other):
            yield Named({"public_id": company.public_id, "pk": row.pk}, (row, company))


def may_answer(world: World, actor: Actor, owner: Any) -> bool:
    row, company = owner
    return set(row.pair) == {actor.company, company} and world.fate(actor.company, company) in MUTUAL


def checks(world: World) -> Iterator[Named]:
    for named in across(world):
        yield Named({**named.values, "code": "GOV-PK-01"}, named.owner)
        yield Named({**named.values, "code": "GOV-IN-01"}, named.owner)


def evidence_of(*, own: bool) -> Callable[[World], Iterator[Named]]:
    """Give every piece of evidence beside a company across from its owner: of both or one."""

    def give(world: World) -> Iterator[Named]:
        for row in models.Evidence.objects.select_related("startup", "investor"):
            for company in (world.investor, world.startups["talks"], world.startups["asked"]):
                if not own or company.side != row.company.side:
                    yield Named({"public_id": company.public_id, "pk": row.pk}, (row, company))

    return give


def may_save(world: World, actor: Actor, owner: Any) -> bool:
    row, company = owner
    return row.company == company and world.fate(actor.company, company) in MUTUAL


def may_open(world: World, actor: Actor, owner: Any) -> bool:
    row, company = owner
    return bool(row.company == actor.company and world.fate(actor.company, company) in SPOKEN)


def rows_of_lists(_world: World) -> Iterator[Named]:
    for kind, rows_of in (("needs", models.Need), ("offers", models.Offer)):
        for row in rows_of.objects.all():
            yield Named({"kind": kind, "key": row.pk}, row)


# --- Pictures ---


def pictures(_world: World) -> Iterator[Named]:
    for picture in models.Picture.objects.select_related("startup", "investor"):
        yield Named({"key": picture.key, "pk": picture.pk, "size": "small"}, picture)


def may_see_picture(world: World, actor: Actor, picture: Any) -> bool:
    if actor.name == "curator" or actor.company == picture.company:
        return True
    is_across = world.fate(actor.company, picture.company) in SEEN
    return is_across and picture.state == PictureState.SHOWN


OF_PAIRS = (
    *(
        "match",
        "match_brief",
        "match_pass",
        "match_unpass",
        "match_interest",
        "match_translation",
        "shortlist_toggle",
    ),
    *("shortlist_note", "introduction", "introduction_ask", "introduction_later", "fair_dealing"),
    "pipeline_move",
    *("disclosure_ask", "fair_terms", "fair_terms_open", "fair_terms_print"),
)
OF_MEETINGS = (
    *("meeting", "meeting_take", "meeting_keep", "meeting_cancel", "meeting_address", "meeting_reply"),
    "meeting_choose",
    *("meeting_file", "stages", "stage_answer", "stage_withdraw", "stage_done", "outcomes", "outcome_none"),
)


KINDS: dict[str, Kind] = {
    **dict.fromkeys(OF_PAIRS, between(SEEN)),
    **dict.fromkeys(OF_MEETINGS, between(MUTUAL)),
    "check_answer": Kind(checks, lambda world, actor, company: world.fate(actor.company, company) in SEEN),
    "outcome_answer": Kind(outcomes, may_answer),
    "conversation": between({*SPOKEN, "gone", "hidden", "deleted"}),
    # Of a pair that a curator hides, six pages say so to the two, and nothing else. Two pages of an
    # introduction that was closed lead back to it. Who spoke with a company that was deleted keeps the six.
    **dict.fromkeys(("introduction", "pipeline_notes"), between({*SEEN, "hidden", "deleted"})),
    **dict.fromkeys(("meeting", "stages", "outcomes"), between({*SPOKEN, "hidden", "deleted"})),
    **dict.fromkeys(("conversation_read", "conversation_block"), between(SPOKEN)),
    "conversation_translation": Kind(messages, may_message(SPOKEN)),
    **dict.fromkeys(
        ("conversation_report", "conversation_file"), Kind(messages, may_message({*SPOKEN, "gone"}))
    ),
    **dict.fromkeys(("row_edit", "row_remove"), Kind(rows_of_lists, is_colleagues)),
    **dict.fromkeys(("thesis_edit", "thesis_delete"), own(models.Thesis)),
    **dict.fromkeys(("deal_edit", "deal_delete"), own(models.Deal)),
    **dict.fromkeys(("team_owner", "team_remove"), own(models.Membership)),
    "invitation_withdraw": own(models.Invitation),
    **dict.fromkeys(("evidence_remove", "evidence_file"), own(models.Evidence)),
    "evidence_domain_link": Kind(one(token="x"), nobody),
    "endorsement_withdraw": Kind(
        rows(models.Endorsement), lambda _world, actor, said: bool(actor.company == getattr(said, said.side))
    ),
    **dict.fromkeys(("pair_evidence", "pair_evidence_endorse"), between(SPOKEN)),
    "pair_evidence_grant": Kind(evidence_of(own=True), may_open),
    "pair_evidence_file": Kind(evidence_of(own=False), may_save),
    **dict.fromkeys(("desk_evidence_one", "desk_evidence_file"), desk(models.Evidence)),
    **dict.fromkeys(
        ("saved_search_open", "saved_search_rename", "saved_search_delete"),
        Kind(rows(SavedSearch), lambda _world, actor, saved: saved.user == actor.user),
    ),
    **dict.fromkeys(
        ("notice_open", "notice_seen"),
        Kind(rows(models.Notice, most=12), lambda _world, actor, notice: notice.user == actor.user),
    ),
    "picture": Kind(pictures, may_see_picture),
    "picture_remove": Kind(pictures, lambda _world, actor, picture: actor.company == picture.company),
    "desk_picture": for_role("curator", pictures),
}
