"""What the portal of the signing tests needs beyond the known features. Run with DATABASE_URL set."""

import django
from django.core.management import call_command

from tests.browser import country

if __name__ == "__main__":
    country.main()
    django.setup()
    call_command("make_log_key")
