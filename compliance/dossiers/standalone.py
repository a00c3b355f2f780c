"""``verify.py`` as one file that needs nothing but Python, for the bag.

What it shares with the auditor's ``check.py``, the hashes of events and the signature of seals, is written
down there only; in the bag it stands in place of the line that imports it.
"""

import inspect
import re
from functools import cache

from compliance.audit import check
from compliance.dossiers import verify

_IMPORT = re.compile(r"^from compliance\.audit\.check import .+\n", re.MULTILINE)
_COMMAND = "\n# --- The command ---\n"


@cache
def program() -> bytes:
    """Return the file."""
    shared = inspect.getsource(check).partition(_COMMAND)[0].removeprefix(f'"""{check.__doc__}"""\n')
    before, after = _IMPORT.split(inspect.getsource(verify))
    return f"{before}# --- The same as in check.py ---\n{shared}\n# --- Verification ---\n{after}".encode()
