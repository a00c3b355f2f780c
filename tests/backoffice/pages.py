"""What a page says, without its markup."""

import re
from html import unescape
from typing import Any


def text(answer: Any) -> str:
    """Return the text of an answer, in one line."""
    html = answer.content.decode()
    html = re.sub(r"(?s)<(script|style|template|head)\b.*?</\1>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
