"""Columns with the folded form of usernames and email addresses, which every database compares alike."""

from collections import defaultdict

from django.core.management.base import CommandError
from django.db import migrations, models

from identity_provider.accounts.names import MAX_EMAIL, MAX_KEY, MAX_USERNAME, email_key, username_key
from identity_provider.accounts.validators import validate_username

BATCH = 1000
SHOWN = 10


def fill_keys(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    owners = defaultdict(list)
    last = ""
    while page := list(users.filter(pk__gt=last).order_by("pk").only("pk", "username", "email")[:BATCH]):
        for user in page:
            user.username_key, user.email_key = username_key(user.username), email_key(user.email)
            owners["username", user.username_key].append((user.pk, user.username))
            owners["email", user.email_key].append((user.pk, user.email))
        users.bulk_update(page, ["username_key", "email_key"])
        last = page[-1].pk
    refuse_collisions(owners)


def refuse_collisions(owners):
    """Stop if two accounts have names that are now equal. Only the operator can decide which one keeps its name."""
    found = [
        f"{' and '.join(f'{pk} ({name!r})' for pk, name in same)} have the same {column}"
        for (column, _), same in owners.items()
        if len(same) > 1
    ]
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise CommandError(
            f"{'; '.join(found[:SHOWN])}{more}. They differ only in letter case or in how their characters are encoded. "
            "Change one of each in the table accounts_user (UPDATE accounts_user SET username = '…' WHERE id = '…'), "
            "then run migrate again. Nothing has been changed."
        )


def key(**more):
    return models.CharField(blank=True, default="", editable=False, max_length=MAX_KEY, **more)


def unique_key(message):
    return key(unique=True, error_messages={"unique": message})


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("user", "username_key", key()),
        migrations.AddField("user", "email_key", key()),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.AlterField("user", "username_key", unique_key("A user with this username already exists.")),
        migrations.AlterField("user", "email_key", unique_key("A user with this email address already exists.")),
        migrations.RemoveConstraint("user", "username_unique_in_any_case"),
        migrations.RemoveConstraint("user", "email_unique_in_any_case"),
        migrations.AlterField("user", "email", models.EmailField(max_length=MAX_EMAIL)),
        migrations.AlterField("user", "username", models.CharField(max_length=MAX_USERNAME, validators=[validate_username])),
    ]
