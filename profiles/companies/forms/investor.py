"""The profile of an investor or partner, and what it offers."""

from django.utils.translation import gettext_lazy

from profiles.choices import Side
from profiles.companies.forms.base import OwnFields
from profiles.companies.forms.layout import Hint, More, Rows, group, helper, side_by_side
from profiles.companies.forms.row_forms import OfferRows
from profiles.companies.forms.rows import SectionForm
from profiles.consents.forms import ConsentFields
from profiles.models import Investor
from profiles.visibility.fields import CATALOGUE, asked


class InvestorForm(ConsentFields, SectionForm):
    """Who the investor or partner is. Saved as a draft: only the name is asked for by force."""

    class Meta(OwnFields):
        model = Investor
        fields = asked(CATALOGUE[Side.INVESTOR], "profile")

    helper = helper(
        group(gettext_lazy("Name"), "name_en", side_by_side("name_zh", "name_ur"), "kind"),
        group(
            gettext_lazy("In your words"),
            Hint(
                gettext_lazy(
                    "Write in the languages you have; a summary in one of them is needed for review."
                )
            ),
            "pitch",
            More(gettext_lazy("The pitch in other languages"), "pitch_en", "pitch_zh", "pitch_ur"),
            "summary_en",
            "summary_zh",
            "summary_ur",
            "website",
            "portfolio",
            "conflicts",
        ),
        group(gettext_lazy("Place"), "place", "languages"),
        group(
            gettext_lazy("Registration and ownership"),
            side_by_side("legal_name", "registry_id"),
            side_by_side("state_owned", "beneficial_owner"),
            "group_name",
            side_by_side("contact_name", "contact_email"),
        ),
        group(
            gettext_lazy("What startups can expect"),
            side_by_side("capacity", "reply_days"),
            side_by_side("fee_policy", "fee_details"),
            side_by_side("exclusivity_ask", "board_seat_ask", "max_stake_pct"),
            "data_hosting",
        ),
        group(gettext_lazy("Consent"), *ConsentFields.NAMES),
    )


class OffersForm(SectionForm):
    """Everything the investor offers besides money."""

    row_sets = {"offers": OfferRows}
    another = {"offers": gettext_lazy("Add another offer")}

    class Meta(OwnFields):
        model = Investor
        fields = ()

    helper = helper(Rows("offers", gettext_lazy("Offers"), gettext_lazy("Add an offer (optional)")))
