"""Forms of accounts and teams."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from profiles.accounts.selectors import open_invitations
from profiles.accounts.time_zones import zone_choices
from profiles.choices import Side
from profiles.models import User
from profiles.validators import normalize, refuse_long, validate_visible


class NameField(forms.CharField):
    """A person's name: one spelling for one name, and nothing that hides."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Your name"))
        super().__init__(max_length=120, validators=[validate_visible], **options)
        self.widget.attrs["autocomplete"] = "name"

    def to_python(self, value: Any) -> str:
        """Return the normalised name; what is far too long is not looked at."""
        refuse_long(value or "", self.max_length)
        return normalize(str(super().to_python(value) or ""))


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """What sign-up asks. The role was chosen on the page before; a curator is never made here."""

    full_name = NameField()
    role = forms.ChoiceField(choices=Side.choices, widget=forms.HiddenInput)
    invitation = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("role", "invitation", "full_name", "email", "password1", "password2")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Save a new account, or answer just as slowly that a mail is on its way.

        Hashing the password takes nearly all the time of a sign-up; without it the clock would tell
        which addresses have an account.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        elif self.has_read_mail():
            get_adapter().stash_verified_email(request, self.cleaned_data["email"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved

    def has_read_mail(self) -> bool:
        """Tell whether an open invitation, known only from a mail to this very address, came along."""
        invitations = open_invitations(at=timezone.now()).filter(email=self.cleaned_data["email"])
        return invitations.filter(token=self.cleaned_data["invitation"]).exists()


def _zones() -> list[tuple[str, str]]:
    """Return the time zones to choose from, in the active language."""
    return [("", gettext("That of your company’s country")), *zone_choices(get_language() or "en")]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """What people decide about their own account."""

    full_name = NameField()
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of the pages and of our mails to you.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        required=False,
        help_text=_("Times of meetings are shown in it, and the other side reads an owner’s beside its own."),
    )

    class Meta:
        model = User
        fields = ("full_name", "language", "time_zone", "blind_first_look")


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("We send a link that works once, for this address only."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """Return the address in small letters: that is how accounts keep it."""
        return str(self.cleaned_data["email"]).lower()
