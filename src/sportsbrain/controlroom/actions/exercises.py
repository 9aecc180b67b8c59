"""End an exercise: what it opened is closed, so that nothing of it is left in what is real."""

from django.db import transaction

from sportsbrain.committee.actions import end_exercise
from sportsbrain.committee.queries import GamesRow, exercise_of
from sportsbrain.controlroom.actions.alerts import resolve
from sportsbrain.controlroom.actions.incidents import is_for_few
from sportsbrain.controlroom.actions.log import By, lock_room, write_log
from sportsbrain.controlroom.models import Alert, Incident, Signal, Task
from sportsbrain.controlroom.updates import INCIDENT_CLOSED, TASK_SKIPPED
from sportsbrain.vocabulary.statuses import AlertState, IncidentState, TaskState

REASON = "the exercise has ended"


@transaction.atomic
def end_exercise_of_room(*, games: GamesRow, by: By) -> bool:
    """Close what was opened in the exercise, end it, and tell whether there was one."""
    exercise = exercise_of(games_id=games.id)
    if exercise is None:
        return False
    real_now = by.real_now or by.now
    lock_room(games.id)
    own = {"games_id": games.id, "is_exercise": True}
    tasks = Task.objects.filter(**own, task_state__in=[TaskState.OPEN, TaskState.HALF_DONE])
    for task in list(tasks):
        Task.objects.filter(pk=task.pk).update(task_state=TaskState.SKIPPED, reason=REASON)
        body = {"incident": task.incident_number, "text": task.text, "reason": REASON}
        write_log(games_id=games.id, kind=TASK_SKIPPED, key=str(task.number), body=body, by=by,
                  is_confidential=is_for_few(games, task.incident_number))  # fmt: skip
    for incident in list(Incident.objects.filter(**own, incident_state=IncidentState.OPEN)):
        Incident.objects.filter(pk=incident.pk).update(
            incident_state=IncidentState.CLOSED, closed_at=by.now
        )
        body = {"incident": incident.number, "text": REASON}
        write_log(games_id=games.id, kind=INCIDENT_CLOSED, key=str(incident.number), body=body,
                  by=by, is_confidential=incident.is_confidential)  # fmt: skip
    alerts = list(Alert.objects.filter(**own).exclude(alert_state=AlertState.RESOLVED))
    signals = Signal.objects.filter(games_id=games.id)
    signals.filter(alert_number__in=[alert.number for alert in alerts]).update(is_on=False)
    signals.filter(alert_number__isnull=True, last_at__gt=real_now).update(is_on=False)
    for alert in alerts:
        resolve(alert=alert, reason=REASON, by=by)
    return end_exercise(games_id=games.id, actor=by.name, now=real_now)
