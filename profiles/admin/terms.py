"""The vocabulary: sectors, which the desk changes; stages, needs, forms, places, rates, from tables."""

from profiles import models
from profiles.admin.base import show_records

NAMES = "code name_en name_ur name_zh"

show_records(models.Sector, columns=f"{NAMES} is_active", search=f"{NAMES} aliases", filters="is_active")
show_records(
    models.SectorRelation,
    columns="first second similarity",
    search="first__code second__code first__name_en second__name_en",
)
show_records(models.Stage, models.NeedType, models.PartnershipForm, columns=f"{NAMES} position", search=NAMES)
show_records(
    models.Place,
    columns="code name_en level country_code",
    search=f"{NAMES} aliases",
    filters="level country_code",
)
show_records(
    models.ExchangeRate,
    columns="currency per_usd quoted_on source",
    search="currency source",
    filters="currency",
)
# Which the desk changes.
show_records(
    models.GovernanceCheck,
    columns="code weight title_en status review_by is_active",
    search="code title_en title_ur title_zh source",
    filters="law_of weight is_active",
)
