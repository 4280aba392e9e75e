from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rulebook', '0005_quiet_hits'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedhit',
            name='harm',
            field=models.CharField(blank=True, default='', max_length=15),
        ),
        migrations.AddField(
            model_name='storedhit',
            name='at_least',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
    ]
