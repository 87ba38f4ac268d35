"""A verified primary email address for each existing user. Operators created these accounts and knew the addresses."""

from django.db import migrations

BATCH = 1000


def add_addresses(apps, schema_editor):
    alias = schema_editor.connection.alias
    users = apps.get_model("accounts", "User").objects.using(alias)
    addresses = apps.get_model("account", "EmailAddress").objects.using(alias)
    last = ""
    while page := list(users.filter(pk__gt=last).order_by("pk").only("pk", "email")[:BATCH]):
        last = page[-1].pk
        there = set(addresses.filter(user_id__in=[user.pk for user in page]).values_list("user_id", flat=True))
        addresses.bulk_create(
            # allauth finds lower-case addresses only
            addresses.model(user_id=user.pk, email=user.email.lower(), verified=True, primary=True)
            for user in page
            if user.email and user.pk not in there
        )


class Migration(migrations.Migration):

    dependencies = [
        ("flows", "0001_initial"),
        ("accounts", "0002_names_in_any_spelling"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(add_addresses, migrations.RunPython.noop)]
