"""EUDAMED: the identifiers of a legacy device, EUDAMED DI (B-...) and EUDAMED ID (D-...).

Source: European Commission, "Format of the EUDAMED DI identification number" and EUDAMED help
on the identification details of legacy devices.
"""

import re

from devices.identifiers import gs1
from devices.identifiers.text import Agency, IdentifierError, gettext_noop, shown, wrong_check
from devices.identifiers.udi import check_udi_di

FORM = re.compile(rf"([BD])-([{re.escape(gs1.CSET82)}]{{3,{gs1.LONGEST_PAYLOAD}}})")
ASSIGNED = re.compile(r"[A-Z]{2}-?(?:MF|AR|IM|PR)-?\d{9}.*")


def check_eudamed_di(text: str) -> tuple[Agency, str]:
    """Return a EUDAMED DI or ID.

    The manufacturer assigns a code that ends with a check pair computed without its prefix; or,
    for B- only, EUDAMED puts the prefix before the UDI-DI of the device, whose own rule then holds.
    """
    form = FORM.fullmatch(text)
    if form is None:
        message = gettext_noop(
            "%(value)s is not a EUDAMED DI: it needs B- (or D- for a EUDAMED ID) and a code of "
            "3 to 23 characters, with its 2 check characters."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    prefix, code = form.groups()
    expected = gs1.check_pair(code[:-2])
    if code[-2:] == expected:
        return Agency.EUDAMED, text
    # A code that begins like an SRN is never a UDI-DI, though it may have the form of a HIBCC one.
    if prefix == "B" and not ASSIGNED.fullmatch(code):
        try:
            return Agency.EUDAMED, f"B-{check_udi_di(code)[1]}"
        except IdentifierError:
            if code.isdigit():
                raise
    raise wrong_check(text, code[-2:], expected)
