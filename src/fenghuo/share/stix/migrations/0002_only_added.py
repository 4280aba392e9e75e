"""What came in stays as it came."""

from django.db import migrations

from fenghuo.base.common.frozen_rows import only_added


class Migration(migrations.Migration):
    dependencies = [("stix", "0001_initial")]
    operations = [only_added("stix", ("received",), "what came in as a bundle can not be changed or removed")]
