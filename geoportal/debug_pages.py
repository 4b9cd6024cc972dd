"""What Django's debug pages must not show (``DEBUG=1``), besides what Django itself hides by name."""

import re

from django.views.debug import SafeExceptionReporterFilter

BY_NAME = SafeExceptionReporterFilter.hidden_settings.pattern


class HidePepper(SafeExceptionReporterFilter):
    hidden_settings = re.compile(f"{BY_NAME}|PEPPER", re.IGNORECASE)
