"""What the property tests share: settings and the parts of identifiers."""

import string

from hypothesis import settings
from hypothesis import strategies as st

from devices.identifiers import gs1

PROPERTY = settings(deadline=None, database=None)

ALPHANUMERIC = string.digits + string.ascii_uppercase


def digits(minimum: int, maximum: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=minimum, max_size=maximum)


def capitals(minimum: int, maximum: int) -> st.SearchStrategy[str]:
    return st.text(ALPHANUMERIC, min_size=minimum, max_size=maximum)


gtin_payloads = (
    st.sampled_from((7, 11, 12, 13)).flatmap(lambda n: digits(n, n)).filter(lambda p: p.strip("0"))
)
gtins = gtin_payloads.map(lambda payload: payload + gs1.gtin_check_digit(payload))
gmn_payloads = st.builds(str.__add__, digits(5, 5), st.text(gs1.CSET82, min_size=1, max_size=18))
hibcc_dis = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(string.ascii_uppercase),
    capitals(3, 3),
    capitals(1, 18),
    st.sampled_from(string.digits),
)
