"""Two rotations of one key at the same time."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from devices.access import rotate_key
from devices.models import ApiKey, Role
from tests.devices.test_access import ACTOR, DAY, NOW, make
from tests.factories import MembershipFactory


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_make_one_key() -> None:
    """The second waits for the first, and then finds the key replaced."""
    made = make(MembershipFactory.create(role=Role.BUYER))
    outcomes: list[str] = []

    def second() -> None:
        try:
            rotate_key(actor=ACTOR, key=made.key, overlap=DAY, at=NOW)
            outcomes.append("made")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    waiting = threading.Thread(target=second)
    with transaction.atomic():
        rotate_key(actor=ACTOR, key=made.key, overlap=2 * DAY, at=NOW)
        waiting.start()
        waiting.join(timeout=1)
        assert waiting.is_alive()
    waiting.join(timeout=10)
    assert outcomes == ["refused"]
    assert ApiKey.objects.count() == 2
    assert ApiKey.objects.get(pk=made.key.pk).expires_at == NOW + 2 * DAY
