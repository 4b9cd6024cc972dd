"""Staff: e-mail, password and a code. allauth's views with our forms and templates, and no others of it."""

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse_lazy


class ActivateSecondFactor(ActivateTOTPView):
    """The code that was typed for the set-up counts as the second factor of this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, authenticated_user(self.request), "mfa", type="totp")
        self.request.session.cycle_key()
        return response


class ChangePassword(account.PasswordChangeView):
    success_url = reverse_lazy("account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A citizen has none to change; allauth would send them to set one."""
        if not authenticated_user(request).has_usable_password():
            return HttpResponseRedirect(str(self.success_url))
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return str(self.success_url)
