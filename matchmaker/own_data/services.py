"""Deleting an account or a company, at once and for good.

docs/erasure.md says what goes, what stays and why. The account's row stays as a number without a person:
the audit trail and others' records point at it, and nobody can edit the trail.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from matchmaker.models.pair_action import DigestEntry
from matchmaker.own_data.kinds import ERASED
from matchmaker.own_data.selectors import may_leave
from profiles import erasure
from profiles.accounts.selectors import company_of, members_of
from profiles.accounts.services.teams import LastOwnerError, NotOwnerError
from profiles.audit import services as audit
from profiles.changes.services import lock_profiles
from profiles.curation.kinds import EXPORTED
from profiles.integrations.mail_files import remove_mails
from profiles.models import (
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
from profiles.notifications import services as notifications
from profiles.validators import unlinked

# What goes with an account, by the names under which it knows them.
OWNED = (
    "emailaddress_set",
    "authenticator_set",
    "socialaccount_set",
    "drafts",
    "notices",
    "mail_switches",
    "last_reads",
    "former_members",
    "saved_searches",
    "looks",
)
NAMELESS = "(deleted)"  # stands where others' records named a company that is gone


def note_copy(user: User, *, at: datetime) -> None:
    """Write down that somebody took a copy of the own data."""
    audit.record(EXPORTED, subject=f"user:{user.pk}", by=user, at=at)


@transaction.atomic
def erase_account(user: User, *, at: datetime) -> None:
    """Delete the account: nobody can sign in with it, and nothing tells whose it was.

    Raises:
        LastOwnerError: if its company would be left without an owner.
    """
    if company := company_of(user):
        lock_profiles(company)  # whoever changes a team holds its company first
    current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not may_leave(current):
        raise LastOwnerError
    email = current.email
    for erase in erasure.ERASE_ACCOUNT:
        erase(current, at)
    for owned in OWNED:
        getattr(current, owned).all().delete()
    Membership.objects.filter(user=current).delete()
    Invitation.objects.filter(Q(email__iexact=email) | Q(invited_by=current)).delete()
    accounts = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=accounts, object_id=str(current.pk)).update(object_repr=NAMELESS)
    current.email, current.full_name = f"deleted-{current.pk}@deleted.invalid", ""
    current.job_title = ""
    current.language, current.blind_first_look = settings.LANGUAGE_CODE, False
    current.is_active = current.is_staff = current.is_superuser = False
    current.last_login = None
    current.set_unusable_password()  # which ends every session: they carry a hash of the password
    current.save()
    audit.record(ERASED, subject=f"user:{current.pk}", by=current, at=at, details={"kind": "account"})
    OutboxMail.objects.filter(recipient__iexact=email).delete()
    StoppedAddress.objects.filter(email__iexact=email).delete()
    DigestEntry.objects.filter(user=current).delete()
    transaction.on_commit(lambda: remove_mails(Path(settings.MAIL_DIR), [email]))


@transaction.atomic
def erase_company(company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Delete the company with all that belongs to it; its people keep their accounts.

    Raises:
        NotOwnerError: if `by` is no owner of it.
    """
    (current,) = lock_profiles(company)
    people = [member.user_id for member in members_of(current)]
    if not members_of(current).filter(user=by, is_owner=True).exists():
        raise NotOwnerError
    pk, names = current.pk, [name for name in (current.name_en, current.name_zh, current.name_ur) if name]
    names += [unlinked(name) for name in names]  # as mails write them
    _take_mails_back(current, names)
    for erase in erasure.ERASE_COMPANY:
        erase(current, at)
    # What others typed on its pages and did not send is about it too; such a page's address names it.
    FormDraft.objects.filter(Q(user__in=people) | Q(path__contains=current.public_id)).delete()
    notifications.forget_leading_to([current.public_id])
    if isinstance(current, Startup):
        Deal.objects.filter(startup=current).update(startup=None, startup_name=NAMELESS)
    content_type = ContentType.objects.get_for_model(type(current))
    LogEntry.objects.filter(content_type=content_type, object_id=str(pk)).update(object_repr=NAMELESS)
    subject = audit.subject_of(current)
    type(current)._default_manager.filter(pk=pk).delete()
    audit.record(ERASED, subject=subject, by=by, at=at, details={"kind": str(current.side)})
    transaction.on_commit(lambda: remove_mails(Path(settings.MAIL_DIR), names))


def _take_mails_back(company: Startup | Investor, names: list[str]) -> None:
    """Delete the waiting mails that name a company: those to its own people, and digests with a link to it.

    Others' mails stay whatever they say: a company may be called like a word that stands in all of them.
    """
    people = members_of(company).values_list("user__email", flat=True)
    invited = company.invitations.values_list("email", flat=True)
    own = {address.lower() for address in (*people, *invited)}
    declared = [kind.code for kind in KINDS.values() if kind.body]
    told = OutboxMail.objects.annotate(to=Lower("recipient")).filter(kind__in=declared)
    for name in names:
        told.filter(Q(subject__contains=name) | Q(body__contains=name), to__in=own).delete()
    told.filter(body__contains=company.public_id).delete()
