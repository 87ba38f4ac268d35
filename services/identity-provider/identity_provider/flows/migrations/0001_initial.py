"""The table of flow states."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("signin", "0003_client_keys")]

    operations = [
        migrations.CreateModel(
            name="FlowState",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("data", models.TextField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "session",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="signin.session"
                    ),
                ),
            ],
        ),
    ]
