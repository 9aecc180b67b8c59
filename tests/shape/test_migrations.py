"""A change of tables leaves the version that runs beside it working."""

import pathlib
from collections.abc import Iterator

from django.db import migrations
from django.db.migrations.loader import MigrationLoader

# What was there before the rule: nobody ran two versions beside each other.
BEFORE = {
    "committee": 3, "ledger": 4, "credentials": 4, "transport": 1, "world": 5, "venues": 1,
    "village": 9, "channel": 2, "shop": 16, "access": 4, "sport": 1, "live": 3, "workforce": 1,
    "plans": 4, "controlroom": 3, "inbox": 2,
}  # fmt: skip
# What the version before still uses goes with a release of its own, named here with that release.
GOES_NOW: frozenset[tuple[str, str]] = frozenset()
TAKES_AWAY = (
    migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip


def broken(operation: object) -> str:
    """Return why the version before could not go on, or nothing."""
    if isinstance(operation, TAKES_AWAY):
        return "takes away what the version before uses"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if not (field.null or field.has_db_default() or field.many_to_many):
            return "the version before can't fill it: null or db_default"
    return ""


def ours() -> Iterator[tuple[str, str, object]]:
    loader = MigrationLoader(None)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        path = pathlib.Path(__import__(migration.__module__, fromlist=["_"]).__file__ or "")
        is_new = app not in BEFORE or int(name[:4]) > BEFORE[app]
        if "sportsbrain" in path.parts and is_new and (app, name) not in GOES_NOW:
            yield from ((app, name, operation) for operation in migration.operations)


def test_the_version_before_goes_on_with_new_tables() -> None:
    faults = [f"{app}.{name}: {broken(operation)}" for app, name, operation in ours()
              if broken(operation)]  # fmt: skip
    assert not faults, "\n".join(faults)


def test_the_rule_sees_what_would_stop_the_version_before() -> None:
    from django.db import models

    text = models.CharField(max_length=3)
    assert broken(migrations.AddField("a", "b", text))
    assert broken(migrations.RemoveField("a", "b"))
    assert not broken(migrations.AddField("a", "b", models.CharField(max_length=3, db_default="")))
    assert not broken(migrations.AddField("a", "b", models.IntegerField(null=True)))
