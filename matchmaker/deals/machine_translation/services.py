"""Having a text translated, and forgetting what was."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db import transaction

from matchmaker.deals.machine_translation.kinds import TRANSLATION_LIMIT
from matchmaker.deals.machine_translation.selectors import digest_of, is_translatable, kept_translation
from matchmaker.integrations import translator
from matchmaker.integrations.translator import NotTranslatedError
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.machine_translation import MachineTranslation
from profiles.catalogue.visibility.visible_profile import reading
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.validators import language_of

KEPT = timedelta(days=90)
REST = 60  # seconds for which a service that has failed is not asked again by this process
DOWN = "machine_translation.down"


def translate(pair: Pair, text: str, *, by: User, at: datetime) -> None:
    """Translate a text of the counterpart for its reader, if it is in another language, and store it.

    The call runs outside of any transaction, because it may take seconds.

    Raises:
        NotTranslatedError: the service does not answer, or not with a translation.
        LimitReachedError: too often in a short time.
    """
    company, source, target = pair.counterpart, language_of(text), reading()
    if not is_translatable(text, target):
        return
    if kept_translation(company, text, target=target):
        return
    if caches["memory"].get(DOWN):
        raise NotTranslatedError
    with transaction.atomic():
        limits.take_token(TRANSLATION_LIMIT, account=by, company=pair.company, at=at)
    try:
        translated = translator.translate(text, source=source, target=target)
    except NotTranslatedError:
        caches["memory"].set(DOWN, True, REST)
        raise
    owner: dict[str, Any] = {str(company.side): company}
    MachineTranslation.objects.get_or_create(
        **owner, digest=digest_of(text), target=target, defaults={"text": translated, "at": at}
    )


def forget_old(*, at: datetime) -> int:
    deleted, _by_model = MachineTranslation.objects.filter(at__lt=at - KEPT).delete()
    return deleted
