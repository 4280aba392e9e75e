"""A date in the register allowed nothing and said that it did: consent stands in screening's authorisations, with who gave it and for what."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("units", "0003_head")]

    operations = [migrations.RemoveField(model_name="asset", name="screening_permit")]
