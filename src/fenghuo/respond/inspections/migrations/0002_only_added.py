"""Rows stand once they are written: corrections are rows of their own."""

from django.db import migrations

from fenghuo.base.common.frozen_rows import only_added


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]
    operations = [only_added("inspections", ("visit", "proof"), "what was seen or shown can not be changed or removed")]
