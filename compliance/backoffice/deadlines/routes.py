"""The addresses of the pages of deadlines."""

from compliance.backoffice.deadlines import calendar, export, listing, page, saved_filters, together
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("deadlines/", listing.deadlines, "deadlines"),
    ("deadlines/calendar/", calendar.calendar, "deadline_calendar"),
    ("deadlines/deadlines.csv", export.as_csv, "deadlines_csv"),
    ("deadlines/deadlines.xlsx", export.as_xlsx, "deadlines_xlsx"),
    ("deadlines/deadlines.ics", export.as_calendar, "deadlines_ics"),
    ("deadlines/filters/", saved_filters.saved_filters, "saved_filters"),
    ("deadlines/together/", together.together, "deadlines_together"),
    ("deadlines/<int:deadline_id>/", page.deadline, "deadline"),
    ("deadlines/<int:deadline_id>/assign/", page.assign, "deadline_assign"),
    ("deadlines/<int:deadline_id>/done/", page.done, "deadline_done"),
    ("deadlines/<int:deadline_id>/waive/", page.waive, "deadline_waive"),
    ("deadlines/<int:deadline_id>/undo/", page.undo, "deadline_undo"),
)
