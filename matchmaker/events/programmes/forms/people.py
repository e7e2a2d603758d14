"""What people write in programmes: a card, a team, a joint proposal, a session, a file, an outcome."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.deals.outcomes.forms import CAPITAL, OutcomeFields
from matchmaker.events.forms import labelled, several
from matchmaker.events.programmes.forms.programmes import ApplicationForm, MomentField, require_order
from matchmaker.models.programmes import PersonCard, ProgrammeProposal
from matchmaker.models.programmes.outcome import OutcomeKind
from matchmaker.models.programmes.people import MOST_LINKS, MOST_TEAM_PLACES, CardAudience, Skill
from matchmaker.models.programmes.programme import MOST_PLACES, ApplicantKind
from profiles.choices import WORKING_LANGUAGES, FileKind
from profiles.companies.steps.forms.fields import LineField, ProseField, TermField, WebField
from profiles.companies.steps.forms.layout import More, helper
from profiles.curation.imports.table import WrongFileError, read_rows
from profiles.models import Place, Sector
from profiles.platform.files.forms import SentFileField
from profiles.uploads import FILE

PROPOSAL = ("email", "institution", "other_institution", "supervision")
CARD = ("headline", "skills", "field", "affiliation", "languages", "place", "seeks", "audience")


class ResearchForm(ApplicationForm):
    """The extra fields of a research call: the second principal investigator, of another institution."""

    def __init__(self, data: Any = None, *, proposal: Any = None, **asked: Any) -> None:
        super().__init__(data, **asked)
        help_text = _(
            "This person reads the proposal and must sign it with an account that has this email "
            "address. Until then, the proposal does not count."
        )
        self.fields["email"] = forms.EmailField(required=False, help_text=help_text)
        self.fields["institution"] = LineField(max_length=120, required=False)
        self.fields["other_institution"] = LineField(max_length=120, required=False)
        self.fields["supervision"] = LineField(max_length=300, required=False)
        for name in PROPOSAL:
            field: Any = ProgrammeProposal._meta.get_field(name)
            self.fields[name].label = str(capfirst(field.verbose_name))
            self.fields[name].initial = getattr(proposal, name, "")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in ("email", "institution", "other_institution"):
            if self.is_final and not values.get(name) and name not in self.errors:
                self.add_error(name, _("This is required before you can send a joint proposal."))
        return values

    @property
    def proposal(self) -> dict[str, Any] | None:
        values = {name: self.cleaned_data[name] for name in PROPOSAL}
        return values if values["email"] else None


class CardForm(forms.Form):
    headline = LineField(max_length=100)
    skills = several(Skill.choices, required=False)
    field = TermField(model=Sector, required=False)
    affiliation = LineField(max_length=120, required=False)
    languages = several(WORKING_LANGUAGES)
    place = TermField(model=Place, required=False)
    link_1 = WebField(max_length=200, required=False, label=_("Link"))
    link_2 = WebField(max_length=200, required=False, label=_("Second link"))
    link_3 = WebField(max_length=200, required=False, label=_("Third link"))
    seeks = LineField(max_length=300, required=False)
    audience = forms.ChoiceField(choices=CardAudience.choices, widget=forms.RadioSelect)
    agrees = forms.BooleanField(
        label=_("I agree that those chosen above read this card, also in other countries."),
        help_text=_("You can change or delete the card at any time. If you delete it, your consent ends."),
    )

    def __init__(self, data: Any = None, *, card: PersonCard | None = None) -> None:
        start: dict[str, Any] = {}
        if card:
            start = {name: getattr(card, name) for name in CARD}
            start |= {f"link_{at}": link for at, link in enumerate(card.links, start=1)}
        super().__init__(data, initial=start)
        labelled(self, PersonCard)

    @property
    def card_values(self) -> dict[str, Any]:
        values = self.cleaned_data
        links = [values[f"link_{at}"] for at in range(1, MOST_LINKS + 1) if values[f"link_{at}"]]
        return {**{name: values[name] for name in CARD}, "links": links}


class TeamForm(forms.Form):
    name = LineField(max_length=80, label=_("Name of the team"))
    about = LineField(max_length=300, required=False, label=_("What the team works on"))
    place_count = forms.IntegerField(min_value=2, max_value=MOST_TEAM_PLACES, initial=5, label=_("Places"))
    skills = several(Skill.choices, required=False, label=_("Skills that the team looks for"))


class AnnouncementForm(forms.Form):
    text = ProseField(max_length=1000, label=_("Announcement"))


class SessionForm(forms.Form):
    title = LineField(max_length=120, label=_("Title of the session"))
    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"))
    place = LineField(max_length=200, required=False, label=_("Room or link"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        require_order(self, "starts_at", "ends_at")
        return values


class FileForm(forms.Form):
    file = SentFileField(
        label=_("File"),
        help_text=format_lazy(
            _(
                "PDF, PPTX, DOCX, XLSX, CSV, PNG, JPEG or ZIP, up to {size} MB. We check the file first. "
                "Then all participants can download it."
            ),
            size=FILE,
        ),
        kinds=FileKind,
    )


class OutcomeForm(OutcomeFields):
    too_early = _("Choose a date between the start of the programme and today.")

    mine = forms.ChoiceField(label=_("On behalf of"))
    whom = forms.ChoiceField(label=_("Other side"))

    helper = helper(
        "mine whom+kind+happened_on words",
        More(_("For an investment: type and amount"), "form+amount+currency"),
    )

    def __init__(self, data: Any = None, *, own: Sequence[Any], others: Sequence[Any], begun: date) -> None:
        super().__init__(data, initial={"mine": own[0].key})
        self.sides, self.begun = {side.key: side for side in (*own, *others)}, begun
        for name, sides in (("mine", own), ("whom", others)):
            field: Any = self.fields[name]
            field.choices = [(side.key, side.name) for side in sides]
        if len(own) == 1:
            self.fields["mine"].widget = forms.HiddenInput()
        kind: Any = self.fields["kind"]
        kind.choices = OutcomeKind.choices
        terms: Any = self.fields["form"]
        terms.only = lambda term: term.group in CAPITAL

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        sides = [self.sides.get(values.get(name, "")) for name in ("mine", "whom")]
        proposals = [side.side for side in sides if side and isinstance(side.side, ProgrammeProposal)]
        if proposals and str(proposals[0].application_id) not in (values.get("mine"), values.get("whom")):
            self.add_error("whom", _("Choose the other principal investigator of the joint proposal."))
        is_investment = values.get("kind") == OutcomeKind.INVESTMENT
        if is_investment and all(sides) and {side.company_side for side in sides if side} != set(Side):
            self.add_error("kind", _("An investment is between a startup and an investor or partner."))
        return values

    @property
    def outcome_values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("mine", "whom")}


MOST_LISTED, LIST_BYTES = 100, 512 * 1024  # addresses of one list, and the size of its file
MOST_COLUMNS, LONGEST_ADDRESS = 20, 254
ADDRESS_COLUMNS = (
    *("email", "e-mail", "mail", "email address", "e-mail address"),
    *("ای میل", "ای میل پتا", "ای میل پتہ"),
    *("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "电子邮箱地址"),
)


class LinkForm(forms.Form):
    prefix = "link"

    kind = forms.ChoiceField(label=_("Side"), choices=ApplicantKind.choices)
    places = forms.IntegerField(min_value=1, max_value=MOST_PLACES, label=_("Number of places"))


class ListForm(forms.Form):
    """Addresses to invite, typed or in a file; without `kinds` of participants, those of reviewers."""

    prefix = "list"

    kind = forms.ChoiceField(label=_("Side"))
    addresses = forms.CharField(
        label=_("Email addresses"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        required=False,
        validators=[MaxLengthValidator(MOST_LISTED * (LONGEST_ADDRESS + 1))],  # no browser cuts it
        help_text=_("One address on each line, or with a comma between them."),
    )
    file = forms.FileField(
        label=_("Or a spreadsheet"),
        max_length=255,
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV in UTF-8 or XLSX with a column “email”. At most 100 rows."),
    )

    def __init__(self, *sent: Any, kinds: Sequence[tuple[str, Any]] = ()) -> None:
        super().__init__(*sent)
        kind: Any = self.fields["kind"]
        kind.choices = kinds
        if not kinds:
            del self.fields["kind"]

    def clean_addresses(self) -> list[str]:
        typed = [each for each in re.split(r"[\s,;，；،]+", self.cleaned_data["addresses"]) if each]
        if wrong := [each for each in typed if not _is_address(each)]:
            words = {"addresses": ", ".join(wrong[:5])}
            raise forms.ValidationError(_("These are not valid email addresses: %(addresses)s.") % words)
        return typed

    def clean_file(self) -> list[str]:
        """Return the addresses in the file."""
        file = self.cleaned_data["file"]
        if not file:
            return []
        if file.size > LIST_BYTES:
            raise forms.ValidationError(_("This file is too large. Keep only the column with the addresses."))
        try:
            rows = read_rows(file.read(), known=MOST_COLUMNS)
        except WrongFileError as error:
            raise forms.ValidationError([problem.sentence for problem in error.problems]) from error
        headers = [cell.strip().lower() for cell in rows[0][1]]
        column = next((headers.index(name) for name in ADDRESS_COLUMNS if name in headers), None)
        if column is None:
            raise forms.ValidationError(_("The file has no column “email”."))
        found = [
            (line, cells[column].strip())
            for line, cells in rows[1:]
            if len(cells) > column and cells[column].strip()
        ]
        wrong = [str(line) for line, address in found if not _is_address(address)]
        if wrong:
            words = {"rows": ", ".join(wrong[:10])}
            raise forms.ValidationError(_("These rows have no valid email address: %(rows)s.") % words)
        return [address for _line, address in found]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        listed = {each.lower() for name in ("addresses", "file") for each in values.get(name) or ()}
        if not self.errors and not 0 < len(listed) <= MOST_LISTED:
            self.add_error("addresses", _("Enter between 1 and 100 email addresses."))
        return {**values, "listed": sorted(listed)}


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except forms.ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS
