"""Rows stand once they are written: what holds no more is revoked by a row of its own."""

from django.db import migrations

from fenghuo.base.common.frozen_rows import only_added


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [only_added("training", ("certificate", "credential", "revocation"), "certificates and what revokes them can not be changed or removed")]
