"""Texts of Django and allauth that people read here and that have no Urdu there.

Nothing calls this module: `make messages` reads it, so that our catalogues, which come first, carry them.
"""

from django.utils.translation import gettext_noop, ngettext, npgettext, pgettext

FORMS = (
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid integer."),
    gettext_noop("Enter a valid domain name."),
    gettext_noop("Enter a complete value."),
    gettext_noop(
        "%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; it may be ambiguous or it "
        "may not exist."
    ),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("%(model_name)s with this %(field_labels)s already exists."),
    gettext_noop("Constraint “%(name)s” is violated."),
    gettext_noop("Value %(value)r is not a valid choice."),
    gettext_noop("“%(pk)s” is not a valid value."),
    gettext_noop("Ensure this value is a multiple of step size %(limit_value)s."),
    gettext_noop(
        "File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s."
    ),
    gettext_noop(":"),
    gettext_noop("%s KB"),
    gettext_noop("%s MB"),
)
PASSWORDS = (
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("This password is too common."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("Your password can’t be entirely numeric."),
)
ACCOUNTS = (
    gettext_noop("A user is already registered with this email address."),
    gettext_noop("Authenticator code"),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("Code"),
    gettext_noop("Current Password"),
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("Forgot your password?"),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
    gettext_noop("Invalid or expired key."),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("Password"),
    gettext_noop("Password (again)"),
    gettext_noop("Please type your current password."),
    gettext_noop("Remember Me"),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("The email address is not assigned to any user account."),
    gettext_noop("The new value must be different from the current one."),
    gettext_noop("The password reset token was invalid."),
    gettext_noop("This account is currently inactive."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Your primary email address must be verified."),
)

NOTICES = (
    gettext_noop("A new set of recovery codes has been generated."),
    gettext_noop("Confirmation email sent to %(email)s."),
    gettext_noop("Invalid login."),
    gettext_noop("Password successfully changed."),
    gettext_noop("Password successfully set."),
    gettext_noop("Primary email address set."),
    gettext_noop("Removed email address %(email)s."),
    gettext_noop("Save them  in a secure location now — they won't be shown again."),
    gettext_noop("Successfully signed in as %(name)s."),
    gettext_noop("This email address is already associated with this account."),
    gettext_noop("Unable to confirm %(email)s because it is already confirmed by a different account."),
    gettext_noop("You cannot activate two-factor authentication until you have verified your email address."),
    gettext_noop("You cannot add an email address to an account protected by two-factor authentication."),
    gettext_noop("You cannot add more than %d email addresses."),
    gettext_noop("You cannot deactivate two-factor authentication."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
    gettext_noop("You cannot remove your primary email address (%(email)s)."),
    gettext_noop("You cannot remove your primary email address."),
    gettext_noop("You have confirmed %(email)s."),
    gettext_noop("You have signed out."),
)
MAILS = (
    gettext_noop("Password Changed"),
    gettext_noop("Your password has been changed."),
    gettext_noop("Password Set"),
    gettext_noop("Your password has been set."),
    gettext_noop("Password Reset"),
    gettext_noop("Your password has been reset."),
    gettext_noop("Email Changed"),
    gettext_noop("Your email has been changed from %(from_email)s to %(to_email)s."),
    gettext_noop("Email Confirmation"),
    gettext_noop("Your email has been confirmed."),
    gettext_noop("Email Removed"),
    gettext_noop("Email address %(deleted_email)s has been removed from your account."),
    gettext_noop("Authenticator App Activated"),
    gettext_noop("Authenticator app activated."),
    gettext_noop("Authenticator App Deactivated"),
    gettext_noop("Authenticator app deactivated."),
    gettext_noop("New Recovery Codes Generated"),
    gettext_noop("A new set of Two-Factor Authentication recovery codes has been generated."),
)


def plural_texts(num: int) -> tuple[str, ...]:
    """Return the texts whose form depends on a number, for the collector to find."""
    return (
        ngettext(
            "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
            num,
        ),
        ngettext(
            "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
            num,
        ),
        ngettext(
            "Ensure that there are no more than %(max)s digit in total.",
            "Ensure that there are no more than %(max)s digits in total.",
            num,
        ),
        ngettext(
            "Ensure that there are no more than %(max)s decimal place.",
            "Ensure that there are no more than %(max)s decimal places.",
            num,
        ),
        ngettext(
            "Ensure that there are no more than %(max)s digit before the decimal point.",
            "Ensure that there are no more than %(max)s digits before the decimal point.",
            num,
        ),
        ngettext("Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", num),
        ngettext(
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
            num,
        ),
        ngettext(
            "Your password must contain at least %(min_length)d character.",
            "Your password must contain at least %(min_length)d characters.",
            num,
        ),
    )


def time_texts(num: int) -> tuple[str, ...]:
    """Return the texts of times ago and from now."""
    return (
        pgettext("String to return when truncating text", "%(truncated_text)s…"),
        gettext_noop("now"),
        gettext_noop("%(delta)s ago"),
        gettext_noop("%(delta)s from now"),
        ngettext("a second ago", "%(count)s\xa0seconds ago", num),
        ngettext("a minute ago", "%(count)s\xa0minutes ago", num),
        ngettext("an hour ago", "%(count)s\xa0hours ago", num),
        ngettext("a second from now", "%(count)s\xa0seconds from now", num),
        ngettext("a minute from now", "%(count)s\xa0minutes from now", num),
        ngettext("an hour from now", "%(count)s\xa0hours from now", num),
        ngettext("%(num)d year", "%(num)d years", num),
        ngettext("%(num)d month", "%(num)d months", num),
        ngettext("%(num)d week", "%(num)d weeks", num),
        ngettext("%(num)d day", "%(num)d days", num),
        ngettext("%(num)d hour", "%(num)d hours", num),
        ngettext("%(num)d minute", "%(num)d minutes", num),
        npgettext("naturaltime-past", "%(num)d year", "%(num)d years", num),
        npgettext("naturaltime-past", "%(num)d month", "%(num)d months", num),
        npgettext("naturaltime-past", "%(num)d week", "%(num)d weeks", num),
        npgettext("naturaltime-past", "%(num)d day", "%(num)d days", num),
        npgettext("naturaltime-past", "%(num)d hour", "%(num)d hours", num),
        npgettext("naturaltime-past", "%(num)d minute", "%(num)d minutes", num),
        npgettext("naturaltime-future", "%(num)d year", "%(num)d years", num),
        npgettext("naturaltime-future", "%(num)d month", "%(num)d months", num),
        npgettext("naturaltime-future", "%(num)d week", "%(num)d weeks", num),
        npgettext("naturaltime-future", "%(num)d day", "%(num)d days", num),
        npgettext("naturaltime-future", "%(num)d hour", "%(num)d hours", num),
        npgettext("naturaltime-future", "%(num)d minute", "%(num)d minutes", num),
    )
