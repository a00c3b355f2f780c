"""The addresses of the search."""

from compliance.backoffice.page import Routes
from compliance.backoffice.search import page

ROUTES: Routes = (("search/", page.search, "search"),)
