"""The Celery application of the worker, of beat and of the web server that sends tasks."""

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

HEARTBEAT_SECONDS = 10


class SystemTask(Task):  # type: ignore[type-arg]
    """A task: the system's own work, whoever caused it. Said for all of them, so that none forgets."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run within the reach of the system."""
        from devices import wall  # the settings import this module, and are needed there

        with wall.system():
            return super().__call__(*args, **kwargs)


app = Celery("jalon", task_cls=SystemTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"], related_name="health")
