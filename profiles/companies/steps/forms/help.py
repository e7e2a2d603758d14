"""What stands under fields whose name does not say what to write: everyday words, with an example."""

from typing import Any

from django.utils.translation import gettext_lazy as _

HELP: dict[str, Any] = {
    "pitch": _(
        "What you do, for whom, and what is better about it. For example: drip kits for farms below 5 ha "
        "that halve the water used."
    ),
    "registrar": _("The office that keeps the number. For example: SECP in Pakistan, SAMR in China."),
    "registry_id": _("For example the 18 characters of the unified social credit code in China."),
    "licences": _("For example: PSQCA licence for water filters, pending since May."),
    "ip_policy": _("Who owns what you build together: patents, designs, software."),
    "beneficial_owner": _(
        "The person who owns or controls more than a quarter, also through other companies. Write the name."
    ),
    "state_owned": _("Whether a government or a company of a government holds more than half."),
    "fee_policy": _("Whether the other side pays you something for an introduction or a deal."),
    "fee_details": _("For example: 2 % of the deal, paid by the startup, once it has closed."),
    "accepts_exclusivity": _(
        "Whether you would agree to work with one partner only, in one field or region, for a limited time."
    ),
    "exclusivity_ask": _("Whether you ask the other side to work with nobody else, and how far that goes."),
    "forms_are_must": _("If you tick this, partners who offer none of these types are not recommended."),
    "no_state_owned": _("If you tick this, partners that say they are state-owned are not recommended."),
    "capacity": _(
        "How many new requests a month you can answer. Once they are used up, further requests wait."
    ),
    "reply_days": _("Others see this promise beside how long your answers really take."),
    "committed": _("What other investors have agreed to in writing for this round."),
    "foreign_capital": _("What investors outside of your country have paid in or promised in writing."),
    "foreign_share_pct": _("How much of the company people and companies abroad own. For example: 12.5."),
    "cap_table": _("Who owns how much. For example: founders 70 %, employees 10 %, angels 20 %."),
    "data_crosses_border": _("Whether data leaves the country in which it was collected, backups too."),
    "data_access": _("For example: our two engineers; support staff of the cloud provider."),
    "data_exit": _("For example: returned within 30 days as CSV, then deleted, with a written note."),
    "sensitivity": _("How much harm it would do if others read this data."),
    "outcome": _("For example: 20 % less water per hectare than in the season before."),
    "beneficiaries": _("For example: 400 smallholders around Multan."),
    "share_pct": _("How much of this input comes from this partner. For example: 62 % of all chips."),
    "group_name": _("If the company belongs to a group, its name: companies of one group count as one."),
    "conflicts": _("For example: a company of yours that sells the same product."),
    "max_stake_pct": _("The largest share of a company that you would take."),
    "board_seat_ask": _("Whether you ask for a vote in the body that decides about the company."),
    "equity_ask_pct": _("The share of the company that you ask for in return. Leave it empty for none."),
    "lead_role": _("Whether you negotiate the terms of a round, or join terms that others have negotiated."),
    "note": _("Only your company and curators can see this."),
}
