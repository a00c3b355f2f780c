"""Codes of persons, lists and classifications: SRN, SIREN, LPP code, notified body, EMDN."""

import re

from stdnum import luhn

from devices.identifiers.text import IdentifierError, gettext_noop, refuse_zeros, shown, wrong_check

# ISO 3166-1, and the codes EUDAMED uses beside it: UK as well as GB, XI for Northern Ireland.
COUNTRY_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    UK XI
"""
COUNTRIES = frozenset(COUNTRY_CODES.split())
SRN = re.compile(r"([A-Z]{2})-(?:MF|AR|IM|PR)-(\d{9})")
EMDN = re.compile(r"[A-DF-HJ-NP-Z](?:\d{2}){0,6}")


def check_srn(text: str) -> str:
    """Return a single registration number of EUDAMED, CC-RR-NNNNNNNNN (Article 31 MDR, 28 IVDR)."""
    form = SRN.fullmatch(text)
    if form is None:
        message = gettext_noop(
            "%(value)s is not an SRN: it is written CC-RR-NNNNNNNNN, with a country code, a role "
            "(MF, AR, IM or PR) and 9 digits, for example FR-MF-000012345."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    country, number = form.groups()
    if country not in COUNTRIES:
        message = gettext_noop("%(value)s is not an SRN: %(country)s is not an ISO country code.")
        raise IdentifierError("unknown_country", message, value=text, country=country)
    refuse_zeros(number)
    return text


def check_siren(text: str) -> str:
    """Return the 9 digits of a SIREN; spaces between them are allowed, the last is a Luhn digit."""
    digits = text.replace(" ", "")
    if not re.fullmatch(r"\d{9}", digits):
        message = gettext_noop(
            "%(value)s is not a SIREN: it needs 9 digits (the first 9 of the 14 of a SIRET)."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    refuse_zeros(digits)
    expected = luhn.calc_check_digit(digits[:-1])
    if digits[-1] != expected:
        raise wrong_check(digits, digits[-1], expected)
    return digits


def lpp_check_digit(payload: str) -> str:
    """Return the check digit of the first 6 digits of an LPP code.

    The digits are weighted 2 to 7 from the left; the sum is taken modulo 11, then modulo 10. The
    rule is read from the list itself: it holds for each of the 6,266 codes of the LPP base of
    October 2019 (Assurance maladie).
    """
    return str(sum(int(c) * weight for weight, c in enumerate(payload, start=2)) % 11 % 10)


def check_lpp_code(text: str) -> str:
    """Return a code of the list of products and services (L.165-1 CSS): 7 digits, the last a check."""
    if not re.fullmatch(r"\d{7}", text):
        message = gettext_noop("%(value)s is not an LPP code: it needs 7 digits.")
        raise IdentifierError("bad_format", message, value=shown(text))
    refuse_zeros(text)
    expected = lpp_check_digit(text[:-1])
    if text[-1] != expected:
        raise wrong_check(text, text[-1], expected)
    return text


def check_notified_body(text: str) -> str:
    """Return the 4-digit number of a notified body (Article 43 MDR); no check digit exists."""
    if not re.fullmatch(r"\d{4}", text):
        message = gettext_noop(
            "%(value)s is not the number of a notified body: it needs 4 digits, zeros included."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    refuse_zeros(text)
    return text


def check_emdn(text: str) -> str:
    """Return an EMDN code: a category letter and 0 to 6 pairs of digits (Article 26 MDR).

    The form is checked, not that the nomenclature holds the code. No category is named E, I or O.
    """
    if not EMDN.fullmatch(text):
        message = gettext_noop(
            "%(value)s is not an EMDN code: it needs a category letter (A to Z without E, I and O) "
            "and up to 6 pairs of digits, for example V92 or Z11900192."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    return text
