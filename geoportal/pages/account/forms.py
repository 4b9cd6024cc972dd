"""Forms of the account pages. Django and allauth lack Kazakh for most of their sentences; these are ours."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa import app_settings as factor_settings
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models import User
from geoportal.accounts.names import UNSEEN, one_line
from geoportal.accounts.tasks import mail_password_reset

WRONG_CODE = _("This code is wrong or was used already.")
TOO_MANY = _("Too many attempts. Wait a few minutes and try again.")
REQUIRED = _("Fill in this field.")
NOT_AN_EMAIL = _("This is not an e-mail address.")
# By the names that allauth gives its fields.
LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "code": _("Code"),
}


class InOurWords(forms.Form):
    """Labels and errors in our three languages, no placeholders: they vanish when they are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A second field only makes people paste; the browser can show what was typed.
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = ""
            field.error_messages |= {"required": REQUIRED}
            if isinstance(field, forms.EmailField):
                field.error_messages |= {"invalid": NOT_AN_EMAIL}
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "input"
            if self.is_bound and name in self.errors:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"error-{name}"}


class LoginForm(InOurWords, account_forms.LoginForm):
    pass


class ReauthenticateForm(InOurWords, account_forms.ReauthenticateForm):
    pass


class ChangePasswordForm(InOurWords, account_forms.ChangePasswordForm):
    pass


class ResetPasswordForm(InOurWords, account_forms.ResetPasswordForm):
    def clean_email(self) -> str:
        """Who has no password here gets none by this way: citizens sign in otherwise."""
        email: str = super().clean_email()
        found: list[User] = self.users  # type: ignore[has-type]
        self.users = [user for user in found if user.has_usable_password()]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """The worker sends the link, to the portal's own address whatever host the browser named; and the
        answer takes as long for an address that nobody has here.
        """
        mail_password_reset.defer(user_id=self.users[0].pk if self.users else 0)
        email: str = self.cleaned_data["email"]
        return email


class ResetPasswordKeyForm(InOurWords, account_forms.ResetPasswordKeyForm):
    pass


class UsedOnce(forms.Form):
    """allauth remembers a used code for one step, but with a tolerance of one it counts for three."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"used-code:{self.user.pk}:{code}", "y", timeout=3 * factor_settings.TOTP_PERIOD):
            raise forms.ValidationError(WRONG_CODE)
        return code


class CodeForm(UsedOnce, InOurWords, factor_forms.AuthenticateForm):
    pass


class CodeAgainForm(UsedOnce, InOurWords, factor_forms.ReauthenticateForm):
    pass


class ActivateForm(InOurWords, totp_forms.ActivateTOTPForm):
    pass


class EmailForm(InOurWords):
    email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class NewPasswordForm(InOurWords):
    password1 = forms.CharField(
        strip=False, max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class NameForm(InOurWords):
    display_name = forms.CharField(
        label=_("Name to show"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_display_name(self) -> str:
        name = one_line(self.cleaned_data["display_name"])
        if not name.isprintable():
            raise forms.ValidationError(UNSEEN)
        return name
