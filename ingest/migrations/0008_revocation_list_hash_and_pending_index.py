"""A revocation list is what its key says; and what is pending is found without reading the rest."""

import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ingest", "0007_phone_answer"),
        ("layers", "0014_validate_feature_times"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["received_at"], name="submission_pending"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("der__isnull", True),
                    django.db.models.lookups.Exact(
                        models.Func(
                            models.Func(
                                models.F("der"), function="sha256", output_field=models.BinaryField()
                            ),
                            models.Value("hex"),
                            function="encode",
                            output_field=models.CharField(),
                        ),
                        models.F("sha256"),
                    ),
                    _connector="OR",
                ),
                name="revocation_list_hash",
            ),
        ),
    ]
