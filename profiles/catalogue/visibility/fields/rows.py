"""Fields of the rows of a profile, by kind, in the order of their forms."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields.declaration import Check, Field
from profiles.choices import WORKING_LANGUAGES, Audience, DataClass

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY


def row_fields(step: str, held: str, others: dict[str, dict[str, Any]], **reviewed: int) -> tuple[Field, ...]:
    """Return the fields of a row, each with its position in a review (0: left out)."""
    fields = []
    for name, place in reviewed.items():
        options: dict[str, Any] = {"seen": MATCHED, "step": step, "reviewed": place, **others.get(name, {})}
        if name in held.split():
            options["check"] = Check.HELD
        fields.append(Field(name, **options))
    return tuple(fields)


KEPT: dict[str, Any] = {"step": ""}  # written by a service, asked by no form
NEED = row_fields(
    "needs",
    "description quantity budget budget_currency beneficiaries outcome data_access data_exit",
    {
        "type": {"filtered": "need"},
        "languages": {"codes": WORKING_LANGUAGES},
        "data_classes": {"codes": DataClass.choices},
    },
    type=10, urgency=20, description=30, quantity=40, budget=50, budget_currency=60, forms=70, languages=0,
    beneficiaries=65, sensitivity=80, data_classes=140, data_hosting=150, data_crosses_border=160,
    data_access=170, data_exit=180, delivery=90, province=100, outcome=110, starts_on=120, expires_on=130,
)  # fmt: skip
TRACTION_FIGURE = row_fields(
    "traction", "label value as_of_on source", {}, label=10, value=20, as_of_on=30, source=40
)
EXISTING_PARTNER = row_fields(
    "partners", "name provides type group_name share_pct", {},
    name=10, provides=20, type=40, group_name=50, share_pct=30,
)  # fmt: skip
# Vetoes and own weights change the other side's list, so they are no secret.
THESIS = row_fields(
    "theses",
    "name ticket_min ticket_max ticket_currency",
    {
        "name": {"seen": MUTUAL},
        "note": {"seen": NOBODY},
        "sectors": {"filtered": "sector"},
        "stages": {"filtered": "stage"},
        "forms": {"filtered": "form"},
        "ticket": {**KEPT, "label": _("ticket size")},
        "confirmed_on": {**KEPT, "is_set": True},
        "rate_on": KEPT,
        "ticket_max_usd": KEPT,
        "ticket_min_usd": KEPT,
        "weights": {**KEPT, "is_set": True},
    },
    name=10, note=150, sectors=20, sectors_out=30, sector_importance=0, stages=40, stages_out=50,
    stage_importance=0, places=60, places_out=70, place_importance=0, ticket=0, ticket_min=80, ticket_max=90,
    ticket_currency=100, ticket_importance=0, forms=110, forms_out=120, form_importance=0,
    revenue_required=130, no_pre_revenue=0, lead_role=140, is_active=160, active_from_on=170,
    active_to_on=180, confirmed_on=0, rate_on=0, ticket_max_usd=0, ticket_min_usd=0, weights=0,
)  # fmt: skip
OFFER = row_fields(
    "offers",
    "description price equity_ask_pct capacity references data_access data_exit",
    {"type": {"filtered": "need"}, "data_classes": {"codes": DataClass.choices}},
    type=10, description=20, is_free=0, price=70, maturity=30, ip_policy=100, forms=50, regions=60,
    exclusivity=80, equity_ask_pct=90, data_hosting=110, data_access=120, data_classes=150,
    data_crosses_border=160, data_exit=170, capacity=40, references=130, expires_on=140,
)  # fmt: skip
# A startup never learns about another startup: the company of a deal is for the investor and the curators. So
# nothing of a deal waits: its texts and amounts are read by no one else.
DEAL = row_fields(
    "deals",
    "",
    {
        "startup_name": {"seen": NOBODY, "is_required": True},
        "startup": {**KEPT, "seen": None, "is_set": True},
        "closed_on": {"is_required": True},
        "amount": {"seen": NOBODY},
        "currency": {"seen": NOBODY},
        "stake_pct": {"seen": NOBODY},
        "amount_usd": {**KEPT, "seen": NOBODY},
        "is_demo": KEPT,
        "rate_on": {**KEPT, "seen": NOBODY},
        "source": KEPT,
    },
    startup_name=10, startup=20, closed_on=30, sector=40, stage=50, place=60, form=70, amount=0, currency=0,
    stake_pct=0, amount_usd=0, is_demo=0, rate_on=0, source=80,
)  # fmt: skip
