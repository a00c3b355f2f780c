"""The addresses of the glossary."""

from compliance.backoffice.glossary import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (("glossary/", pages.glossary, "glossary"),)
