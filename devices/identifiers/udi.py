"""Which agency issued a device identifier, and whether it is correct."""

from devices.identifiers import gs1, hibcc, ifa
from devices.identifiers.text import Agency, IdentifierError, gettext_noop, shown


def check_udi_di(text: str) -> tuple[Agency, str]:
    """Return the agency of a UDI-DI and its stored form.

    Twelve digits beginning with 11 are read as a PPN (a GTIN-12 that begins so is written with 14
    digits). Thirteen or fourteen digits are a GTIN, unless only the rule of the PPN holds for them.
    """
    if text.startswith("+") or hibcc.DI.fullmatch(text):
        return Agency.HIBCC, hibcc.check_di(text)
    if len(text) == 12 and text.startswith("11"):
        return Agency.IFA, ifa.check_di(text)
    if gs1.GTIN.fullmatch(text):
        try:
            return Agency.GS1, gs1.check_gtin(text)
        except IdentifierError as gtin_error:
            return Agency.IFA, _check_ppn_or(text, gtin_error)
    if ifa.PPN.fullmatch(text):
        return Agency.IFA, ifa.check_di(text)
    message = gettext_noop(
        "%(value)s is not a UDI-DI: GS1 writes it with 8, 12, 13 or 14 digits, HIBCC with a labeler "
        "code, a product number and a unit of measure, IFA with a PPN that begins with 11 or 13."
    )
    raise IdentifierError("unknown_format", message, value=shown(text))


def _check_ppn_or(text: str, error: IdentifierError) -> str:
    """Return the PPN; raise the given error of the likelier agency if it is not one."""
    try:
        return ifa.check_di(text)
    except IdentifierError:
        raise error from None


def check_basic_udi_di(text: str) -> tuple[Agency, str]:
    """Return the agency of a Basic UDI-DI and its stored form."""
    if text.startswith("++"):
        return Agency.HIBCC, hibcc.check_basic(text)
    if text.startswith("PP"):
        return Agency.IFA, ifa.check_basic(text)
    if text[:5].isdigit():
        return Agency.GS1, gs1.check_gmn(text)
    message = gettext_noop(
        "%(value)s is not a Basic UDI-DI: it begins with at least 5 digits (GS1), with ++ (HIBCC) "
        "or with PP (IFA)."
    )
    raise IdentifierError("unknown_format", message, value=shown(text))
