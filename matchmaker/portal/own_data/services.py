"""Deleting an account at once, and a company a week after an owner asked for it, both for good."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.db.models.functions import Lower
from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import leaving
from matchmaker.deals.introductions.services.leaving import NAMELESS
from matchmaker.models.pair_action import DigestEntry
from matchmaker.portal.own_data import kinds
from matchmaker.portal.own_data.selectors import may_leave
from profiles.choices import JoinAs
from profiles.companies.steps.selectors import is_begun_here
from profiles.companies.steps.services import create_company
from profiles.curation.reviews.kinds import EXPORTED
from profiles.integrations.mail_files import remove_mails
from profiles.models import (
    SIDES,
    Claim,
    Deal,
    FormDraft,
    Investor,
    Invitation,
    Membership,
    OutboxMail,
    Startup,
    StoppedAddress,
    User,
)
from profiles.notice_kinds import KINDS
from profiles.people.accounts.kinds import CONFIRMATION
from profiles.people.accounts.selectors import addresses_of, company_of, members_of, own_addresses_of
from profiles.people.accounts.services.accounts import forget_sessions_of, join_as, notify_team
from profiles.people.accounts.services.teams import LastOwnerError, NotOwnerError
from profiles.platform import erasure
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles, notify_changed
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.validators import unlinked

# What goes with an account, by the names under which it knows them.
OWNED = (
    "emailaddress_set", "authenticator_set", "socialaccount_set", "drafts", "notices", "mail_switches",
    "last_reads", "former_members", "saved_searches", "looks",
)  # fmt: skip
LEAVES_AFTER = timedelta(days=7)  # in which an owner can take the deletion of the company back


def record_copy(user: User, *, at: datetime) -> None:
    audit.record(EXPORTED, subject=f"user:{user.pk}", by=user, at=at)


@transaction.atomic
def erase_account(user: User, *, at: datetime) -> None:
    """Delete the account.

    Raises:
        LastOwnerError: if its company would be left without an owner.
    """
    if company := company_of(user):
        lock_profiles(company)  # a service that changes a team locks its company first
    current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not may_leave(current):
        raise LastOwnerError
    addresses = {address.lower() for address in addresses_of(current)}
    typed = {address.lower() for address in own_addresses_of(current)}
    for erase in erasure.ERASE_ACCOUNT:
        erase(current, at)
    for owned in OWNED:
        getattr(current, owned).all().delete()
    Membership.objects.filter(user=current).delete()
    for model, condition in ((Invitation, Q(invited_by=current)), (Claim, Q(asked_by=current))):
        model.objects.alias(to=Lower("email")).filter(Q(to__in=addresses) | condition).delete()
    accounts = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=accounts, object_id=str(current.pk)).update(object_repr=NAMELESS)
    current.email, current.full_name = f"deleted-{current.pk}@deleted.invalid", ""
    current.job_title = ""
    current.language, current.blind_first_look = settings.LANGUAGE_CODE, False
    current.is_active = current.is_staff = current.is_superuser = False
    current.last_login = None
    current.set_unusable_password()  # which ends every session: they carry a hash of the password
    current.save()
    audit.record(kinds.ERASED, subject=f"user:{current.pk}", by=current, at=at, details={"kind": "account"})
    to_confirm = Q(to__in=typed, kind=CONFIRMATION)
    OutboxMail.objects.alias(to=Lower("recipient")).filter(Q(to__in=addresses) | to_confirm).delete()
    StoppedAddress.objects.alias(to=Lower("email")).filter(to__in=typed).delete()
    forget_sessions_of(current, typed)
    DigestEntry.objects.filter(user=current).delete()
    transaction.on_commit(lambda: remove_mails(Path(settings.MAIL_DIR), addresses))


@transaction.atomic
def ask_to_erase(company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Take the company off the lists and schedule its deletion; everyone concerned is notified.

    Raises:
        NotOwnerError: if `by` is no owner of it.
        LimitReachedError: if it was asked for and cancelled too often.
    """
    limits.take_token(kinds.LEAVE_LIMIT, company=company, at=at)
    current = _locked_for(company, by)
    if current.leaves_at is None:
        _set_leaving(
            current, at + LEAVES_AFTER, told=(kinds.COMPANY_LEAVES, kinds.OTHER_LEAVES), by=by, at=at
        )


@transaction.atomic
def keep_company(company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Take the deletion back: the company is on the lists again as before.

    Raises:
        NotOwnerError: if `by` is no owner of it.
    """
    current = _locked_for(company, by)
    if current.leaves_at is not None:
        _set_leaving(current, None, told=(kinds.COMPANY_STAYS, kinds.OTHER_STAYS), by=by, at=at)


# What a company says of itself on either side.
ON_BOTH_SIDES = (
    *("name_en", "name_ur", "name_zh", "pitch", "pitch_en", "pitch_ur", "pitch_zh"),
    *("summary_en", "summary_ur", "summary_zh", "website", "place", "languages"),
)


@transaction.atomic
def move_draft(company: Startup | Investor, *, by: User, at: datetime) -> Startup | Investor:
    """Begin a draft again on the other side, with the texts that both sides have.

    Raises:
        NotOwnerError: if it was submitted before, or `by` is not the only person of it.
    """
    current = _locked_for(company, by)
    if not is_begun_here(current) or members_of(current).count() > 1:
        raise NotOwnerError
    limits.take_token(kinds.MOVE_LIMIT, account=by, at=at)
    side, changes = Side(current.side).other, {name: getattr(current, name) for name in ON_BOTH_SIDES}
    erase_company(current, by=by, at=at)
    join_as(by, way=JoinAs(side), at=at)
    return create_company(side, changes=changes, by=by, at=at)


def _locked_for(company: Startup | Investor, by: User) -> Any:
    (current,) = lock_profiles(company)
    if not members_of(current).filter(user=by, is_owner=True).exists():
        raise NotOwnerError
    return current


def _set_leaving(
    company: Any, leaves_at: datetime | None, *, told: tuple[str, str], by: User, at: datetime
) -> None:
    company.leaves_at = leaves_at
    company.save(update_fields=["leaves_at"])
    done = {"kind": str(company.side), "done": "asked" if leaves_at else "taken back"}
    audit.record(kinds.ERASED, subject=audit.subject_of(company), by=by, at=at, details=done)
    notify_changed(company, at=at)
    event = f"{company.public_id}:{at.timestamp()}"
    notify_team(company, Message(kind=told[0], path=reverse("own_data"), event=event, at=at))
    leaving.notify_others(told[1], company, at=at)


def erase_due(*, at: datetime) -> None:
    for model in SIDES.values():
        for company in list(model._default_manager.filter(leaves_at__lte=at).order_by("pk")):
            with suppress(model.DoesNotExist, NotOwnerError):  # another worker was faster, or it stays
                erase_company(company, by=None, at=at)


@transaction.atomic
def erase_company(company: Startup | Investor, *, by: User | None, at: datetime) -> None:
    """Delete the company with all that belongs to it; its people keep their accounts.

    Raises:
        NotOwnerError: if `by` is no owner of it, or its time has not come.
    """
    current: Startup | Investor = lock_profiles(company)[0] if by is None else _locked_for(company, by)
    if by is None and not (current.leaves_at and current.leaves_at <= at):
        raise NotOwnerError
    people = [member.user for member in members_of(current)]  # owners first
    pk, names = current.pk, [name for name in (current.name_en, current.name_zh, current.name_ur) if name]
    names += [unlinked(name) for name in names]  # as mails write them
    _take_mails_back(current, names)
    # What others typed on its pages and did not send is about it too; such a page's address names it.
    FormDraft.objects.filter(Q(user__in=people) | Q(path__contains=current.public_id)).delete()
    notifications.forget_leading_to([current.public_id])
    leaving.notify_others(kinds.OTHER_GONE, current, at=at)
    for erase in erasure.ERASE_COMPANY:
        erase(current, at)
    leaving.leave_records(current, by=by or people[0], at=at)
    if isinstance(current, Startup):
        Deal.objects.filter(startup=current).update(startup=None, startup_name=NAMELESS)
    content_type = ContentType.objects.get_for_model(type(current))
    LogEntry.objects.filter(content_type=content_type, object_id=str(pk)).update(object_repr=NAMELESS)
    subject = audit.subject_of(current)
    # Django may delete the company before the rows whose reference may be empty.
    for relation in current._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.on_delete is models.CASCADE and relation.null:
            relation.related_model._base_manager.filter(**{relation.field.name: pk}).delete()
    SIDES[Side(current.side)]._default_manager.filter(pk=pk).delete()
    leaving.forget_records(Side(current.side).other)
    audit.record(kinds.ERASED, subject=subject, by=by, at=at, details={"kind": str(current.side)})
    transaction.on_commit(lambda: remove_mails(Path(settings.MAIL_DIR), names))


def _take_mails_back(company: Startup | Investor, names: list[str]) -> None:
    """Delete the waiting mails that name a company.

    Those to its own people, and digests with a link to it.
    """
    people = members_of(company).values_list("user__email", flat=True)
    invited = company.invitations.values_list("email", flat=True)
    addresses = {address.lower() for address in (*people, *invited)}
    declared = [kind.code for kind in KINDS.values() if kind.body]
    mails = OutboxMail.objects.annotate(to=Lower("recipient")).filter(kind__in=declared)
    for name in names:
        mails.filter(Q(subject__contains=name) | Q(body__contains=name), to__in=addresses).delete()
    mails.filter(body__contains=company.public_id).delete()
