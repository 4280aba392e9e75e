"""Rows stand once they are written: corrections are rows of their own."""

from django.db import migrations

from fenghuo.base.common.frozen_rows import only_added


class Migration(migrations.Migration):
    dependencies = [("holdings", "0001_initial")]
    operations = [only_added("holdings", ("holding", "writeoff"), "what was entered about fixed assets can not be changed or removed")]
