"""The topics of governance checks, and the facts by which a check belongs to one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from profiles.catalogue.taxonomy.triggers import FACTS, asked_facts
from profiles.models import GovernanceCheck

# In the order of the page; the first that fits.
TOPICS: tuple[tuple[str | Promise, frozenset[str]], ...] = (
    (
        gettext_lazy("Data"),
        frozenset({"data_classes", "data_location", "data_crosses_border", "data_subjects_in", "shows_maps"}),
    ),
    (gettext_lazy("Technology and exports"), frozenset({"tech_origin", "offers"})),
    (gettext_lazy("Licences and sectors"), frozenset({"sector", "public_sector_customer"})),
    (
        gettext_lazy("Shares, money and contracts"),
        frozenset({"form", "stake_pct", "investor_vehicle_place", "holding_company_abroad"})
        | {fact for fact in FACTS if fact.startswith("amount_")},
    ),
    (gettext_lazy("In general"), frozenset()),
)
WIDE = frozenset({"cross_border", "startup_jurisdiction", "partner_jurisdiction"})  # hold for most pairs


def topic_of(check: GovernanceCheck) -> int:
    asked = set(asked_facts(check.trigger))
    return next((at for at, (_label, facts) in enumerate(TOPICS) if asked & facts), len(TOPICS) - 1)
