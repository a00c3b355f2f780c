"""The addresses of the home page, beside the site's own index."""

from functools import partial

from compliance.backoffice.home import dashboard, start
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("deadlines/moved/", dashboard.moved_dates, "moved_dates"),
    ("start/", start.device, "start"),
    ("start/<uuid:device_id>/end/", start.end, "start_end"),
    *(
        (f"start/<uuid:device_id>/{one}/", partial(start.step, name=one), f"start_{one}")
        for one in start.STEPS
    ),
)
