"""Many tables in one operation. Django passes over modules here whose names begin with an underscore."""

from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """CreateModel for all of these models, each after those that it points to.

    Django renders every related model again after each single CreateModel, which takes ten seconds in all. It
    folds no later change of a column into this operation: write the list anew for a new initial migration.
    """

    serialization_expand_args = ["models"]

    def __init__(self, models: list[CreateModel]) -> None:
        """Take the models in the order of their creation: each after those that it points to."""
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Add the models; the state is rendered when somebody asks for it next."""
        vars(state).pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the tables."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables, the last first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what `migrate --plan` shows."""
        return f"Create {len(self.models)} tables"
