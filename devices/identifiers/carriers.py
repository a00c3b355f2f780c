"""Read the UDI that a label carries: GS1 element string, HIBC structure, IFA data in ISO/IEC 15434.

A date with a two-digit year lies in this century: no UDI is older. A date with the month alone
means the last day of that month (GS1 General Specifications 7.12).
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum import numdb

from devices.identifiers import gs1, hibcc, ifa
from devices.identifiers.text import (
    Agency,
    Checked,
    IdentifierError,
    Kind,
    clean,
    gettext_noop,
    shown,
    wrong_check,
)
from devices.identifiers.udi import check_udi_di

LONGEST_CARRIER = 512
GROUP_SEPARATOR, RECORD_SEPARATOR, END_OF_TRANSMISSION = "\x1d", "\x1e", "\x04"
CONTROLS = GROUP_SEPARATOR + RECORD_SEPARATOR + END_OF_TRANSMISSION

SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # what scanners prefix (ISO/IEC 15424)
GS1_SYMBOLOGIES = ("]C1", "]e0", "]d2", "]Q3", "]J1")

GS1_IDENTIFIERS = numdb.get("gs1_ai")
GS1_READABLE = re.compile(r"\((\d{2,4})\)")
GS1_TEXT = rf"[{re.escape(gs1.CSET82)}]{{1,20}}"
GS1_FORMS = {"10": GS1_TEXT, "21": GS1_TEXT, "8012": GS1_TEXT, "11": r"\d{6}", "17": r"\d{6}"}

# A quantity, then an expiry date in one of six forms or the sign that there is none, then the number.
HIBC_DATED = re.compile(
    r"\$\$(?P<serial>\+)?(?:8\d{2}|9\d{5})?"
    r"(?:2(?P<mmddyy>\d{6})|3(?P<yymmdd>\d{6})|4(?P<yymmdd_hour>\d{6})\d{2}"
    r"|5(?P<yyjjj>\d{5})|6(?P<yyjjj_hour>\d{5})\d{2}|7|(?P<mmyy>[01]\d{3}))?(?P<number>.*)"
)
HIBC_PRIMARY = re.compile(r"(\+" + hibcc.DI.pattern + r".)(\+.*)?")
IFA_FIELD = re.compile(r"(9N|1T|16D|D|S)(.+)")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A read UDI: its device identifier and its production identifiers (Annex VI part C MDR)."""

    device: Checked
    lot: str | None = None
    serial: str | None = None
    version: str | None = None
    manufactured: date | None = None
    expires: date | None = None


def read(value: object) -> Carrier:
    """Return what a scanned or typed UDI says; a UDI-DI alone is read too.

    GS1 is understood with parentheses or raw (group separators, symbology prefix), HIBC with its
    two structures joined or scanned one after the other, IFA as data identifiers with 9N.
    """
    text = clean(value, maximum=LONGEST_CARRIER, controls=CONTROLS)
    prefix = SYMBOLOGY.match(text)
    symbology = prefix.group() if prefix else ""
    text = text.removeprefix(symbology)
    if text.startswith(("[)>" + RECORD_SEPARATOR + "06", "9N")):
        return _read_ifa(text)
    if text.startswith(("+", "*+")):
        return _read_hibc(text.strip("*"))
    if text.startswith("("):
        return _read_gs1(_readable_elements(text), text)
    if symbology in GS1_SYMBOLOGIES or GROUP_SEPARATOR in text or re.match(r"01\d{14}", text):
        return _read_gs1(_raw_elements(text), text)
    return Carrier(_device(*check_udi_di(text)))


def _device(agency: Agency, normalised: str) -> Checked:
    return Checked(Kind.UDI_DI, agency, normalised)


def _no_device(text: str) -> IdentifierError:
    message = gettext_noop("%(value)s holds no device identifier; scan the code that carries it as well.")
    return IdentifierError("no_device_identifier", message, value=shown(text))


# GS1 -----------------------------------------------------------------------------------------


def _read_gs1(pairs: Iterator[tuple[str, str]], text: str) -> Carrier:
    elements: dict[str, str] = {}
    for identifier, value in pairs:
        if elements.setdefault(identifier, value) != value:
            message = gettext_noop("%(value)s holds two different values after (%(identifier)s).")
            raise IdentifierError("repeated_element", message, value=shown(text), identifier=identifier)
    if "01" not in elements:
        raise _no_device(text)
    for identifier, form in GS1_FORMS.items():
        if identifier in elements and not re.fullmatch(form, elements[identifier]):
            message = gettext_noop("%(value)s is not a possible value after (%(identifier)s).")
            raise IdentifierError(
                "bad_element", message, value=shown(elements[identifier]), identifier=identifier
            )
    manufactured, expires = elements.get("11"), elements.get("17")
    return Carrier(
        _device(Agency.GS1, gs1.check_gtin(elements["01"])),
        lot=elements.get("10"),
        serial=elements.get("21"),
        version=elements.get("8012"),
        manufactured=_yymmdd(manufactured) if manufactured else None,
        expires=_yymmdd(expires) if expires else None,
    )


def _gs1_identifier(text: str) -> tuple[str, int | None]:
    """Return the application identifier that begins the text and its fixed length, if it has one."""
    identifier, properties = GS1_IDENTIFIERS.info(text)[0]
    if not properties:
        raise _unknown_element(text)
    return identifier, None if "fnc1" in properties else int(properties["format"].removeprefix("N"))


def _unknown_element(text: str) -> IdentifierError:
    message = gettext_noop("%(value)s does not begin with a GS1 application identifier.")
    return IdentifierError("unknown_element", message, value=shown(text))


def _raw_elements(text: str) -> Iterator[tuple[str, str]]:
    rest = text.lstrip(GROUP_SEPARATOR)
    while rest:
        identifier, length = _gs1_identifier(rest)
        data = rest[len(identifier) :].partition(GROUP_SEPARATOR)[0][:length]
        yield identifier, data
        rest = rest[len(identifier) + len(data) :].lstrip(GROUP_SEPARATOR)


def _readable_elements(text: str) -> Iterator[tuple[str, str]]:
    """Yield the elements of the printed form; the character set of GS1 data holds no space."""
    marks = list(GS1_READABLE.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):
        identifier, _ = _gs1_identifier(mark[1])
        if identifier != mark[1]:
            raise _unknown_element(mark[1])
        yield identifier, text[mark.end() : end].replace(" ", "")


# HIBC ----------------------------------------------------------------------------------------


def _read_hibc(text: str) -> Carrier:
    primary, _, secondary = text.partition("/")
    if secondary and not secondary.startswith("+"):  # a slash before + is a check character
        whole = hibcc.without_check_character(text)
        primary, _, secondary = whole.partition("/")
        return _hibc_carrier(hibcc.check_di(primary[1:]), secondary)
    scans = HIBC_PRIMARY.fullmatch(text)
    if scans is None:
        raise _no_device(text) if text.startswith("+$") else hibcc.not_a_di(text)
    primary, following = scans.groups()
    di = hibcc.check_di(primary)
    if following is None:
        return Carrier(_device(Agency.HIBCC, di))
    linked = hibcc.without_check_character(following)
    if linked[-1] != primary[-1]:
        raise wrong_check(linked, linked[-1], primary[-1])
    return _hibc_carrier(di, linked[1:-1])


def _hibc_carrier(di: str, secondary: str) -> Carrier:
    """Return the carrier of the secondary structure, whose fields are separated by slashes."""
    numbers: dict[str, str] = {}
    dates: dict[str, date] = {}
    for field in secondary.split("/"):
        if found := HIBC_DATED.fullmatch(field):
            _read_hibc_dated(found, numbers, dates)
        elif field.startswith("$+"):
            numbers["serial"] = field[2:]
        elif field.startswith("$"):
            numbers["lot"] = field[1:]
        elif field.startswith("S"):
            numbers["serial"] = field[1:]
        elif field.startswith("16D"):
            dates["manufactured"] = _yyyymmdd(field[3:])
        elif field.startswith("14D"):
            dates["expires"] = _yyyymmdd(field[3:])
        elif re.match(r"\d{5}", field):  # the form of the first edition: date, then lot
            dates["expires"] = _yyjjj(field[:5])
            numbers["lot"] = field[5:]
    return Carrier(
        _device(Agency.HIBCC, di),
        lot=numbers.get("lot") or None,
        serial=numbers.get("serial") or None,
        manufactured=dates.get("manufactured"),
        expires=dates.get("expires"),
    )


def _read_hibc_dated(found: re.Match[str], numbers: dict[str, str], dates: dict[str, date]) -> None:
    numbers["serial" if found["serial"] else "lot"] = found["number"]
    if mmddyy := found["mmddyy"]:
        dates["expires"] = _yymmdd(mmddyy[4:] + mmddyy[:4])
    elif yymmdd := found["yymmdd"] or found["yymmdd_hour"]:
        dates["expires"] = _yymmdd(yymmdd)
    elif yyjjj := found["yyjjj"] or found["yyjjj_hour"]:
        dates["expires"] = _yyjjj(yyjjj)
    elif mmyy := found["mmyy"]:
        dates["expires"] = _yymmdd(mmyy[2:] + mmyy[:2] + "00")


# IFA -----------------------------------------------------------------------------------------


def _read_ifa(text: str) -> Carrier:
    content = text.removeprefix("[)>" + RECORD_SEPARATOR + "06").partition(RECORD_SEPARATOR)[0]
    fields = (IFA_FIELD.fullmatch(field) for field in content.split(GROUP_SEPARATOR))
    data = {found[1]: found[2] for found in fields if found}
    if "9N" not in data:
        raise _no_device(text)
    manufactured, expires = data.get("16D"), data.get("D")
    return Carrier(
        _device(Agency.IFA, ifa.check_di(data["9N"])),
        lot=data.get("1T"),
        serial=data.get("S"),
        manufactured=_yyyymmdd(manufactured) if manufactured else None,
        expires=_yymmdd(expires) if expires else None,
    )


# Dates ---------------------------------------------------------------------------------------


def _bad_date(text: str) -> IdentifierError:
    return IdentifierError("bad_date", gettext_noop("%(value)s is not a date."), value=shown(text))


def _yymmdd(text: str) -> date:
    return _yyyymmdd("20" + text)


def _yyyymmdd(text: str) -> date:
    if not re.fullmatch(r"\d{8}", text):
        raise _bad_date(text)
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError:
        raise _bad_date(text) from None


def _yyjjj(text: str) -> date:
    """Return the date of a year and a day of the year, 001 to 366."""
    first = date(2000 + int(text[:2]), 1, 1)
    found = first + timedelta(days=int(text[2:]) - 1)
    if found.year != first.year:
        raise _bad_date(text)
    return found
