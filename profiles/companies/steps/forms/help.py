"""Help texts of fields that need an explanation, with examples."""

from typing import Any

from django.utils.translation import gettext_lazy as _

HELP: dict[str, Any] = {
    "pitch": _(
        "Say what you do, who you do it for, and why it is better. For example: drip irrigation kits for "
        "farms below 5 ha that halve water use."
    ),
    "primary_sector": _("Type a word, such as solar, and choose from the list."),
    "registrar": _("The authority that issued the number. For example: SECP in Pakistan, SAMR in China."),
    "registry_id": _("For example: the 18-character unified social credit code in China."),
    "licences": _("For example: PSQCA licence for water filters, pending since May."),
    "ip_policy": _("Who owns what you develop together, such as patents, designs or software."),
    "beneficial_owner": _(
        "The name of the person who owns or controls more than a quarter of the company, directly or through "
        "other companies."
    ),
    "state_owned": _(
        "Whether a government, or a company that a government owns, holds more than half of your company."
    ),
    "fee_policy": _("Whether the other side pays you something for an introduction or a deal."),
    "fee_details": _("For example: 2% of the deal, paid by the startup after closing."),
    "accepts_exclusivity": _(
        "Whether you would agree to work with only one partner in one sector or region for a limited time."
    ),
    "exclusivity_ask": _("Whether you ask the other side to work only with you, and how far this goes."),
    "forms_are_must": _("If you tick this, we do not recommend partners who offer none of these types."),
    "no_state_owned": _(
        "If you tick this, we do not recommend partners who state that they are state-owned."
    ),
    "capacity": _(
        "How many new requests you can answer per month. Requests above this number wait in a queue."
    ),
    "reply_days": _("Others see this promise next to your actual answer times."),
    "committed": _("The amount that other investors have committed to this round in writing."),
    "foreign_capital": _(
        "The amount that investors from outside your country have paid or committed in writing."
    ),
    "foreign_share_pct": _(
        "The share of your company that people and companies abroad own, in percent. For example: 12.5"
    ),
    "cap_table": _("Who owns which share. For example: founders 70%, employees 10%, angels 20%."),
    "data_crosses_border": _(
        "Whether data leaves the country where it was collected. This includes backups."
    ),
    "data_access": _("For example: our two engineers; support staff of the cloud provider."),
    "data_exit": _("For example: returned within 30 days as CSV, then deleted, with a written note."),
    "sensitivity": _("How much harm it would cause if someone else read this data."),
    "outcome": _("For example: 20% less water per hectare than last season."),
    "beneficiaries": _("For example: 400 smallholders around Multan."),
    "share_pct": _("What share of this input comes from this partner. For example: 62% of all chips."),
    "group_name": _(
        "If the company belongs to a group, the name of the group. Companies of one group count as one."
    ),
    "conflicts": _("For example: a company of yours that sells the same product."),
    "max_stake_pct": _("The largest share of a company that you would acquire."),
    "board_seat_ask": _(
        "Whether you ask for a vote on the board or another body that decides about the company."
    ),
    "equity_ask_pct": _(
        "The share of the company that you ask for in return. Leave it empty if you ask for none."
    ),
    "lead_role": _(
        "Whether you negotiate the terms of a funding round yourself (lead), or join on terms that "
        "others have negotiated."
    ),
    "note": _("Only your company and curators can see this."),
}
