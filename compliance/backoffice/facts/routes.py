"""The addresses of recorded facts."""

from compliance.backoffice.facts import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (("facts/", pages.kinds, "kinds"),)
