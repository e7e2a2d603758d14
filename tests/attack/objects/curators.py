"""What curators and operators work on, and accounts."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.http import int_to_base36

from matchmaker.models.conversation import Message
from matchmaker.models.outcome import IntroductionOutcome, OutcomeState
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.programmes import ProgrammeOutcome
from matchmaker.models.ranking import RankingJob
from matchmaker.models.report import ReportRun
from matchmaker.models.saved_view import SavedView
from profiles.choices import Role, SelectionAct
from profiles.models import CannedReason, ImportRun, OutboxMail, Review, Selection, User
from profiles.people.accounts.services.closing import members
from tests.attack.objects.kinds import Kind, Named, desk, for_role, nobody, one, rows
from tests.attack.world import FATES, Actor, World


def disputes(_world: World) -> Iterator[Named]:
    for row in IntroductionOutcome.objects.filter(state=OutcomeState.DISPUTED).order_by("-pk")[:3]:
        yield Named({"pk": row.pk}, row)


def disputes_of_programmes(_world: World) -> Iterator[Named]:
    for row in ProgrammeOutcome.objects.filter(state=OutcomeState.DISPUTED):
        yield Named({"pk": row.pk}, row)


def reviewed(world: World) -> Iterator[Named]:
    for company in world.companies:
        yield Named({"kind": str(company.side), "public_id": company.public_id})


def doubles(world: World) -> Iterator[Named]:
    """Give two records of one side, whichever of them is kept."""
    one, other = world.startups["talks"], world.startups["asked"]
    for kept, gone in ((one, other), (other, one)):
        values = {"kind": "startup", "public_id": kept.public_id, "other": gone.public_id}
        yield Named(values)


def imported(world: World) -> Iterator[Named]:
    values = {"kind": "startup", "public_id": world.unclaimed.public_id}
    yield Named(values)


def runs_of_imports(_world: World) -> Iterator[Named]:
    curator = User.objects.filter(role=Role.CURATOR).first()
    run, _made = ImportRun.objects.get_or_create(
        kind="startups", name="list.csv", defaults={"by": curator, "at": timezone.now()}
    )
    yield Named({"pk": run.pk})


def acts_on_results(_world: World) -> Iterator[Named]:
    for act in SelectionAct:
        yield Named({"act": act})


def runs_of_selections(_world: World) -> Iterator[Named]:
    curator, now = User.objects.filter(role=Role.CURATOR).first(), timezone.now()
    made, _made = Selection.objects.get_or_create(
        act=SelectionAct.APPROVE, defaults={"by": curator, "at": now, "seen_at": now}
    )
    yield Named({"pk": made.pk})


def pairs(world: World) -> Iterator[Named]:
    for fate in FATES:
        yield Named({"startup": world.startups[fate].public_id, "investor": world.investor.public_id})


def people(_world: World) -> Iterator[Named]:
    for user in User.objects.order_by("pk"):
        yield Named({"uidb36": int_to_base36(user.pk), "key": "x-x"})


def accounts(_world: World) -> Iterator[Named]:
    for user in members():
        yield Named({"pk": user.pk})


def curators(_world: World) -> Iterator[Named]:
    for user in User.objects.filter(role=Role.CURATOR).order_by("pk"):
        yield Named({"pk": user.pk})


def is_founder(actor: Actor) -> bool:
    return actor.user is not None and actor.user.role == Role.STARTUP


KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "review",
            "review_open",
            "review_assign",
            "review_note",
            "review_proposal",
            "suspension",
            "desk_profile",
        ),
        for_role("curator", reviewed),
    ),
    "review_undo": Kind(rows(Review, most=3), lambda _world, actor, review: actor.user == review.decided_by),
    "canned_reason": desk(CannedReason),
    **dict.fromkeys(
        ("duplicate_pair", "duplicate_preview", "duplicate_merge", "duplicate_decide"),
        for_role("curator", doubles),
    ),
    "duplicate_find": for_role("curator", reviewed),
    "merge_undo": for_role("curator", one(pk=1)),
    **dict.fromkeys(("claim_invite", "claim_refuse"), for_role("curator", imported)),
    # Who knows the id, from describing the same company, may say that it is theirs.
    "claim_same": Kind(imported, lambda _world, actor, _owner: is_founder(actor)),
    **dict.fromkeys(("desk_account", "view_as"), for_role("curator", accounts)),
    **dict.fromkeys(("person", "person_role"), for_role("operator", curators)),
    **dict.fromkeys(("pairing", "pairing_suggest"), for_role("curator", pairs)),
    "saved_view_delete": Kind(rows(SavedView), lambda _world, actor, view: view.user == actor.user),
    **dict.fromkeys(
        ("import_run", "import_progress", "import_problems", "import_start", "import_undo", "import_discard"),
        for_role("curator", runs_of_imports),
    ),
    "selection_new": for_role("curator", acts_on_results),
    **dict.fromkeys(
        ("selection", "selection_progress", "selection_undo"), for_role("curator", runs_of_selections)
    ),
    "table_export": for_role("curator", one(kind="deals", form="csv")),
    "pin_release": desk(CuratorOverride),
    **dict.fromkeys(("desk_message_first", "desk_message_file"), desk(Message)),
    "desk_message_report": for_role("curator", lambda world: [Named({"pk": world.report.pk})]),
    "screening_candidate": for_role("curator", one(pk=1)),
    **dict.fromkeys(
        ("governance_check", "governance_rule", "governance_count"),
        for_role("curator", one(code="GOV-PK-01")),
    ),
    "governance_restore": for_role("curator", one(code="GOV-PK-01", version=1)),
    **dict.fromkeys(
        ("sector", "sector_move", "sector_merge", "sector_relate"), for_role("curator", one(code="AGR01"))
    ),
    **dict.fromkeys(("taxonomy_undo", "what_if", "what_if_progress"), for_role("curator", one(pk=1))),
    "learned_apply": for_role("curator", one(pk=1)),
    "outcome_read": for_role("curator", disputes),
    "programme_outcome_read": for_role("curator", disputes_of_programmes),
    "weights_roll_back": for_role("curator", one(version=1)),
    "run_progress": for_role("curator", lambda world: [Named({"pk": world.run.pk})]),
    "job_retry": desk(RankingJob),
    "report_progress": desk(ReportRun),
    "mail_retry": desk(OutboxMail),
    "account_confirm_email": Kind(one(key="MQ:x:x"), nobody),
    "account_reset_password_from_key": Kind(people, nobody),
    **dict.fromkeys(
        ("openid_connect_login", "openid_connect_callback"), Kind(one(provider_id="google"), nobody)
    ),
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), Kind(one(pk=1), nobody)),
}
