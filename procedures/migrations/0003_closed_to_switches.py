"""What was closed by a mark on the entity or the procedure is closed by the operator's switch."""

from typing import Any

from django.db import migrations


def close_by_switch(apps: Any, schema_editor: Any) -> None:
    switches = apps.get_model("procedures", "OperatorSwitch").objects
    for name in ("entity", "procedure"):
        for thing in apps.get_model("procedures", name).objects.filter(is_open=False).iterator():
            switches.get_or_create(**{name: thing}, defaults={"state": "closed"})


def close_by_mark(apps: Any, schema_editor: Any) -> None:
    closed = apps.get_model("procedures", "OperatorSwitch").objects.filter(state="closed")
    for name in ("entity", "procedure"):
        keys = closed.exclude(**{name: None}).values_list(f"{name}_id", flat=True)
        apps.get_model("procedures", name).objects.filter(pk__in=list(keys)).update(is_open=False)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_back_office")]

    operations = [migrations.RunPython(close_by_switch, close_by_mark)]
