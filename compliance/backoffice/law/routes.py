"""The addresses of the watch over the law."""

from compliance.backoffice.law import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("law/", pages.law, "law"),
    ("law/rules/<str:name>/", pages.rule, "rule"),
    ("law/proposals/<str:key>/", pages.proposal, "proposal"),
    ("law/texts/<str:key>/", pages.amendment, "amendment"),
)
