"""The kinds of channels are the plug-in folders that there are; the table no longer names them."""

import fenghuo.warn.channels.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="channel",
            name="kind",
            field=models.CharField(choices=fenghuo.warn.channels.kinds.choices, max_length=20),
        ),
    ]
