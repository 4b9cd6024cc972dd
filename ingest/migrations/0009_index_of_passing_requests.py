"""Requests that go a day after their time are found without those that became submissions."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ingest", "0008_revocation_list_hash_and_pending_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="signingrequest",
            name="signing_request_expiry",
        ),
        migrations.AddIndex(
            model_name="signingrequest",
            index=models.Index(
                condition=models.Q(("consumed_at__isnull", True), ("type", "login"), _connector="OR"),
                fields=["expires_at"],
                name="signing_request_passing",
            ),
        ),
    ]
