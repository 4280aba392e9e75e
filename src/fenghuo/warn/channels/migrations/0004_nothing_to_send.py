"""What left before has nothing to be sent any more, and was meant for its address."""

from typing import Any

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat


def forward(apps: Any, _schema: Any) -> None:
    """Take the timer off what left, and name the recipients."""
    rows = apps.get_model("channels", "Delivery").objects
    rows.filter(state="sent").update(next_try_at=None)
    rows.update(who=Concat(Value("address:"), F("recipient")), who_name=F("recipient"))


def backward(apps: Any, _schema: Any) -> None:
    """The old table wants a timer on every row."""
    apps.get_model("channels", "Delivery").objects.filter(next_try_at=None).update(next_try_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_roads_and_answers")]
    operations = [migrations.RunPython(forward, backward)]
