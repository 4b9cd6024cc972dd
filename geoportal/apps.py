from django.apps import AppConfig


class GeoportalConfig(AppConfig):
    name = "geoportal"
