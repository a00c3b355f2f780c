"""The addresses of the pages of deadlines."""

from compliance.backoffice import (
    deadline_calendar,
    deadline_export,
    deadline_page,
    deadlines_together,
    saved_filters,
    views,
    what_if,
)

ROUTES = (
    ("deadlines/", views.deadlines, "deadlines"),
    ("deadlines/calendar/", deadline_calendar.calendar, "deadline_calendar"),
    ("deadlines/deadlines.csv", deadline_export.as_csv, "deadlines_csv"),
    ("deadlines/deadlines.xlsx", deadline_export.as_xlsx, "deadlines_xlsx"),
    ("deadlines/deadlines.ics", deadline_export.as_calendar, "deadlines_ics"),
    ("deadlines/filters/", saved_filters.saved_filters, "saved_filters"),
    ("deadlines/together/", deadlines_together.together, "deadlines_together"),
    ("deadlines/<int:deadline_id>/", deadline_page.deadline, "deadline"),
    ("deadlines/<int:deadline_id>/assign/", deadline_page.assign, "deadline_assign"),
    ("deadlines/<int:deadline_id>/done/", deadline_page.done, "deadline_done"),
    ("deadlines/<int:deadline_id>/waive/", deadline_page.waive, "deadline_waive"),
    ("deadlines/<int:deadline_id>/undo/", deadline_page.undo, "deadline_undo"),
    ("devices/<uuid:device_id>/what-if/", what_if.what_if, "what_if"),
)
