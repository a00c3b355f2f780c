"""What the migrations of the history of rows share."""

from django.db.migrations.state import ProjectState
from pgtrigger import migrations


class AddTrigger(migrations.AddTrigger):
    """Adds a trigger, and spares the new rendering of the models that the library asks for each time.

    The trigger is compiled already: it asks the model for its table only. Every rendering takes all models
    that are related, which is nearly all.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Write the trigger into the state of the model."""
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]
