"""Addresses under ``/account/``; those of allauth under the names that it looks for."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from geoportal.pages.account import (
    consents,
    invitation,
    leave,
    login,
    overview,
    people,
    sessions,
    staff,
    submissions,
)


class Base36(StringConverter):
    """The number of a person as allauth writes it; without hyphens, so that the key begins at the first."""

    regex = "[0-9A-Za-z]+"


register_converter(Base36, "base36")

urlpatterns = [
    path("", overview.account_page, name="account"),
    path("language/", overview.choose_language, name="account-language"),
    path("login/", login.login_page, name="login"),
    path("link/sent/", login.link_sent, name="link-sent"),
    path("link/<token>/", login.sign_in_link, name="sign-in-link"),
    path("logout/", sessions.sign_out, name="logout"),
    path("sessions/end/", sessions.end_other_sessions, name="end-other-sessions"),
    path("consents/", consents.consents_page, name="consents"),
    path("consents/<purpose>/give/", consents.give_consent, name="consent-give"),
    path("consents/<purpose>/withdraw/", consents.withdraw_consent, name="consent-withdraw"),
    path("submissions/", submissions.my_submissions, name="my-submissions"),
    path("leave/", leave.leave_page, name="leave"),
    path("left/", leave.left_page, name="left"),
    path("invitation/<token>/", invitation.invitation_page, name="invitation"),
    path("people/", people.people_page, name="people"),
    path("people/invite/", people.invite_one, name="people-invite"),
    path("people/invite-many/", people.invite_many, name="people-invite-many"),
    path("people/roles/<int:pk>/end/", people.end_role, name="role-end"),
    path("people/<int:pk>/renew/", people.renew_sign_in, name="people-renew"),
    path("people/invitations/<int:pk>/cancel/", people.cancel_invitation, name="invitation-cancel"),
    path("staff/", account.login, name="account_login"),
    path("staff/inactive/", account.account_inactive, name="account_inactive"),
    path("staff/again/", account.reauthenticate, name="account_reauthenticate"),
    path("staff/code/", factor.authenticate, name="mfa_authenticate"),
    path("staff/code/again/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("password/", staff.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "password/reset/<base36:uidb36>-<key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("second-factor/", RedirectView.as_view(pattern_name="account"), name="mfa_index"),
    path("second-factor/activate/", staff.ActivateSecondFactor.as_view(), name="mfa_activate_totp"),
    path("second-factor/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
