"""One column of folded text for searches, which every database compares alike."""

from django.db import migrations, models

from vf_service.folding import fold

BATCH = 1000


def fill(apps, schema_editor):
    items = apps.get_model("catalogue", "Item").objects.using(schema_editor.connection.alias)
    last = 0
    while page := list(items.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for item in page:
            item.search_text = "\n".join(map(fold, (item.name, item.sku, item.description)))
        items.bulk_update(page, ["search_text"])
        last = page[-1].pk


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.AddField("item", "search_text", models.CharField(blank=True, default="", editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterConstraint(
            "item",
            "price_is_not_negative",
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="price_is_not_negative",
                violation_error_message="A price is not negative.",
            ),
        ),
    ]
