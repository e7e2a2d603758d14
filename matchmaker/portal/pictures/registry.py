"""What pictures add to the desk, and what becomes of them."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.signals import post_delete
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from matchmaker.registry import register_queue, waiting_in
from profiles.choices import PictureKind, PictureState
from profiles.companies.pictures.selectors import waiting
from profiles.companies.pictures.services import file_was_checked, person_left
from profiles.curation.reviews.concerns import Concern, register_concerns
from profiles.models import Investor, Membership, Startup
from profiles.platform import erasure, merging
from profiles.signals import file_checked

file_checked.connect(file_was_checked, dispatch_uid="picture_was_checked")
post_delete.connect(person_left, sender=Membership, dispatch_uid="person_left")
register_queue(
    12, _("Pictures"), "desk_pictures", lambda: waiting_in(waiting(), "at"), target=timedelta(days=1)
)


def picture_concerns(company: Startup | Investor) -> list[Concern]:
    count = company.pictures.filter(state=PictureState.WAITING).count()
    text = ngettext(
        "%(count)s of its pictures is waiting for a decision.",
        "%(count)s of its pictures are waiting for a decision.",
        count,
    )
    url = f"{reverse('desk_pictures')}?side={company.side}&id={company.public_id}"
    return [Concern(text % {"count": count}, url)] if count else []


register_concerns(picture_concerns)


def take_logo(change: merging.Merging) -> None:
    if change.takes_content:
        change.kept.logo = change.kept.logo or change.gone.logo
    else:  # who sees the kept record could not see these
        change.gone.pictures.all().delete()


merging.register(
    {
        "profiles.Picture": merging.moves(
            once=("kind",), among=Q(kind=PictureKind.LOGO, state=PictureState.SHOWN)
        )
    },
    take_logo,
)
erasure.register({"profiles.Picture": erasure.Decision(erasure.GOES, account="person", company="{side}")})
