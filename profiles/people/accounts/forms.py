"""Forms of accounts and teams."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.account.models import EmailAddress
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.socialaccount import forms as provider_forms
from django import forms
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from profiles.choices import JoinAs
from profiles.models import User
from profiles.people.accounts.kinds import CODE_LIMIT
from profiles.people.accounts.providers import connections_of
from profiles.people.accounts.selectors import open_invitations, users_with, ways_to_join
from profiles.people.accounts.time_zones import zone_choices
from profiles.platform.form_fields import CountedField
from profiles.platform.limits import services as limits
from profiles.platform.limits.guards import refusal_words
from profiles.validators import one_line, refuse_long, validate_unlinked, validate_visible


class NameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Your name"))
        options.setdefault("max_length", 120)
        super().__init__(validators=[validate_visible, validate_unlinked], **options)
        self.widget.attrs["autocomplete"] = "name"

    def to_python(self, value: Any) -> str:
        refuse_long(value or "", self.max_length)
        return one_line(str(super().to_python(value) or ""))


class RehearsedForm:
    cleaned_data: dict[str, Any]
    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        form: Any = super()
        if self.account_already_exists:
            self.rehearse(request, form.save)
        saved: tuple[User | None, HttpResponse | None] = form.try_save(request)
        return saved

    def rehearse(self, request: HttpRequest, save: Callable[[HttpRequest], User]) -> None:
        email, unknown = self.cleaned_data["email"], f"{uuid4().hex}@rehearsal.invalid"
        self.cleaned_data["email"], self.account_already_exists = unknown, False
        with transaction.atomic():
            user = save(request)
            for is_verified in (True, False):  # as the flow does that asks to confirm the address
                EmailAddress.objects.filter(user=user, verified=is_verified).first()
            User.objects.get(pk=user.pk)
            transaction.set_rollback(True)
        self.cleaned_data["email"], self.account_already_exists = email, True


class SignUpForm(RehearsedForm, SignupForm):  # type: ignore[misc]  # allauth has no types
    """What sign-up asks. The role was chosen on the page before; a curator is never made here."""

    full_name = NameField()
    role = forms.ChoiceField(choices=JoinAs.choices, widget=forms.HiddenInput)
    invitation = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("role", "invitation", "full_name", "email", "password1", "password2")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean()
        typed = self.data.get("password1", ""), self.data.get("password2", "")
        if "password1" in self.errors and all(typed) and typed[0] != typed[1]:  # allauth tells this later
            self.add_error("password2", _("You must type the same password each time."))
        return values

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Save a new account; the address of an invitation needs no second mail."""
        if self.has_read_mail() and not self.account_already_exists:
            get_adapter().stash_verified_email(request, self.cleaned_data["email"])
        return super().try_save(request)

    def has_read_mail(self) -> bool:
        invitations = open_invitations(at=timezone.now()).filter(email=self.cleaned_data["email"])
        return invitations.filter(token=self.cleaned_data["invitation"]).exists()


class ProviderSignUpForm(RehearsedForm, provider_forms.SignupForm):  # type: ignore[misc]  # allauth has no types
    role = forms.ChoiceField(
        label=_("You are joining as"), choices=lambda: [*ways_to_join().items()], widget=forms.RadioSelect
    )
    full_name = NameField()

    field_order = ("role", "full_name", "email")


class DisconnectForm(provider_forms.DisconnectForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = self.fields["account"].queryset = connections_of(self.request.user)


class PasswordResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    def clean_email(self) -> str:
        email = str(get_adapter().clean_email(self.cleaned_data["email"].lower()))
        self.users = [user for user in users_with(email) if user.is_active]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if not self.users:
            email = self.cleaned_data["email"]
            addresses = EmailAddress.objects.filter(user=0)
            _unused = addresses.filter(email=email).exists(), list(addresses.values_list("email"))
            key = PasswordResetTokenGenerator().make_token(User(pk=0, email=email))
            get_adapter().get_reset_password_from_key_url(f"0-{key}")
        return str(super().save(request, **kwargs))


class LimitedCodeForm:
    user: User

    def clean_code(self) -> str:
        form: Any = super()
        try:
            limits.take_token(CODE_LIMIT, account=self.user, at=timezone.now())
        except limits.LimitReachedError as refusal:
            raise forms.ValidationError(refusal_words(refusal)) from refusal
        return str(form.clean_code())


class CodeForm(LimitedCodeForm, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """Asks for a code at the end of a sign-in."""


class CodeAgainForm(LimitedCodeForm, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """Asks for a code before something that matters."""


class KeyNameField(NameField):
    def __init__(self, **options: Any) -> None:
        hint = _("For example: phone, laptop, blue key. Only you see it.")
        super().__init__(label=_("Name"), max_length=60, help_text=hint, **options)
        self.widget.attrs["autocomplete"] = "off"


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    name = KeyNameField(required=False)
    passwordless = forms.BooleanField(
        label=_("Passkey: sign in with this key alone, without your password"),
        required=False,
        initial=True,
        help_text=_(
            "If you leave this unticked, you enter your password first and then use this key instead of "
            "a code."
        ),
    )


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    name = KeyNameField()


def _zones() -> list[tuple[str, str]]:
    return [("", gettext("Same as your company’s country")), *zone_choices(get_language() or "en")]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    full_name = NameField()
    job_title = NameField(
        label=_("Your role in the company (optional)"),
        max_length=80,
        required=False,
        help_text=_(
            "For example: founder, head of purchasing. The other side sees your name and role next to each "
            "message that you send."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Used for the site and for our emails to you."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        required=False,
        help_text=_(
            "Meeting times are shown in this time zone. The other side sees times in its own time zone, "
            "with an owner’s time zone next to it."
        ),
    )

    class Meta:
        model = User
        fields = ("full_name", "job_title", "language", "time_zone", "blind_first_look")

    def __init__(self, *args: Any, has_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_company:
            del self.fields["job_title"], self.fields["blind_first_look"]
            zone = self.fields["time_zone"]
            zone.choices = [("", "UTC"), *zone.choices[1:]]  # type: ignore[attr-defined]
            zone.help_text = _("Meeting times are shown in this time zone.")


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("We send a link that works once, for this address only."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ReasonForm(forms.Form):
    reason = CountedField(
        label=_("Reason"),
        max_length=300,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person receives this reason by email. It is also kept in the audit log."),
        error_messages={"required": _("Give a reason. The person reads it.")},
    )


class AccountActForm(ReasonForm):
    act = forms.ChoiceField(
        choices=[(act, act) for act in ("close", "reopen", "sign_out", "reset_factor")],
        widget=forms.HiddenInput,
    )
