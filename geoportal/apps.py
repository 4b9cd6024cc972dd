from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from geoportal import checks


class GeoportalConfig(AppConfig):
    name = "geoportal"
    verbose_name = _("Geoportal")

    def ready(self) -> None:
        checks.register_checks()
