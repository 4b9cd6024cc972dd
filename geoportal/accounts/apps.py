from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "geoportal.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        # Not at the top: models cannot be imported before Django knows all apps.
        import_module("geoportal.accounts.logged").register()
