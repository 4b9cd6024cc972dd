"""What a production portal must not be started with, as Django's system checks: every command refuses it.

``geoportal check --deploy --database default`` asks the rest too: the database, and what is merely unwise.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.utils import OperationalError, ProgrammingError

from geoportal.log.keys import KeyFolder
from ingest.eds.anchors import for_trying, missing

# Django's own deploy check asks for as much (security.W009).
SHORTEST_KEY = 50
SHORTEST_PEPPER = 32


def register_checks() -> None:
    register(production_settings, Tags.security)
    register(who_asks_on_the_phone)
    register(behind_a_proxy, Tags.security, deploy=True)
    register(no_demonstration_data, Tags.database, deploy=True)
    register(key_of_the_log, Tags.database, deploy=True)
    register(anchors_of_signatures, Tags.database, deploy=True)


def production_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error(
                "DEBUG shows the inside of the portal to everybody.",
                hint="Unset DEBUG in production.",
                id="geoportal.E001",
            )
        )
    if settings.SECRET_KEY == settings.DEVELOPMENT_KEY or len(settings.SECRET_KEY) < SHORTEST_KEY:
        found.append(
            Error(
                "SECRET_KEY is missing or not secret.",
                hint=f"Set SECRET_KEY or SECRET_KEY_FILE to {SHORTEST_KEY} or more random characters: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
                id="geoportal.E002",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS does not say which names the portal answers to.",
                hint="Set it to the portal's host names, separated by commas.",
                id="geoportal.E003",
            )
        )
    if settings.IIN_PEPPER == settings.DEVELOPMENT_PEPPER or len(settings.IIN_PEPPER) < SHORTEST_PEPPER:
        found.append(
            Error(
                "IIN_PEPPER is missing or not secret: hashes of IINs could be undone.",
                hint=f"Set IIN_PEPPER or IIN_PEPPER_FILE to {SHORTEST_PEPPER} or more random characters, "
                'once and for all: python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
                id="geoportal.E006",
            )
        )
    if not settings.PORTAL_ORIGIN.startswith("https://"):
        found.append(
            Error(
                "PORTAL_ORIGIN does not say where people find the portal; it stands in what they sign.",
                hint="Set it to the portal's address, such as https://map.example.kz",
                id="geoportal.E008",
            )
        )
    if settings.DEMO_AUTHORITY:
        found.append(
            Error(
                "DEMO_AUTHORITY lets anybody sign as the invented people of a demonstration.",
                hint="Unset DEMO_AUTHORITY in production.",
                id="geoportal.E005",
            )
        )
    if named := for_trying(settings.EDS_ANCHORS_DIR, settings.EDS_ANCHORS):
        found.append(
            Error(
                f"EDS_ANCHORS names authorities of a test stand or a demonstration: {', '.join(named)}.",
                hint="Anybody may have keys of theirs: leave them out in production.",
                id="geoportal.E010",
            )
        )
    return found


def who_asks_on_the_phone(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """eGov Mobile shows who asks for a signature: it must not be nobody."""
    names = [f"EGOV_MOBILE_NAME_{language}" for language in ("KK", "RU", "EN")]
    missing = [name for name in names if not getattr(settings, name)]
    if not re.fullmatch(r"[0-9]{12}", settings.EGOV_MOBILE_BIN):
        missing.append("EGOV_MOBILE_BIN")
    if not settings.EGOV_MOBILE or not missing:
        return []
    return [
        Error(
            f"EGOV_MOBILE is on, but these are missing or malformed: {', '.join(missing)}.",
            hint="Set the names of the organisation that runs the portal and its BIN of 12 digits.",
            id="geoportal.E007",
        )
    ]


def behind_a_proxy(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION or settings.BEHIND_PROXY:
        return []
    return [
        Warning(
            "A production portal sends everybody to https, which its own web server does not speak.",
            hint="Put a proxy with TLS in front and set BEHIND_PROXY=1 (docs/operations.md).",
            id="geoportal.W001",
        )
    ]


def no_demonstration_data(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    features = apps.get_model("layers", "Feature")._base_manager
    return [
        Error(
            "The database holds invented demonstration data.",
            hint="geoportal seed_demo --remove; what was signed with a demonstration key stays: such a "
            "database is not one for production.",
            id="geoportal.E004",
        )
        for database in databases or []
        if _has_table(database) and features.using(database).filter(is_demo=True).exists()
    ]


def key_of_the_log(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with the database, where the log is kept: a web server may well have no part in the key."""
    if (
        not settings.PRODUCTION
        or not databases
        or KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN).files()
    ):
        return []
    return [
        Error(
            "LOG_KEY_DIR holds no key to sign the public log with.",
            hint="geoportal make_log_key, once, where the worker runs (docs/log.md)",
            id="geoportal.E009",
        )
    ]


def anchors_of_signatures(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with the database, as the former: their folder is of an installation and not of its settings."""
    if not settings.PRODUCTION or not databases:
        return []
    if not missing(settings.EDS_ANCHORS_DIR, settings.EDS_ANCHORS):
        return []
    return [
        Warning(
            "Certificates of the certification authority are missing: no signature can be verified.",
            hint="geoportal fetch_anchors (docs/eds.md)",
            id="geoportal.W002",
        )
    ]


def _has_table(database: str) -> bool:
    """Whether there is a table of features yet; a database that cannot be asked is told of elsewhere."""
    try:
        return "layers_feature" in connections[database].introspection.table_names()
    except (OperationalError, ProgrammingError):
        return False
