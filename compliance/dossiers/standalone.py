"""``verify.py`` as one file that needs nothing but Python, for the bag.

What it imports from this application, the words of what is found and what it shares with the auditor's
``check.py``, stands there in place of the import.
"""

import inspect
import re
from functools import cache
from types import ModuleType

from compliance.audit import check
from compliance.dossiers import findings, verify

_COMMAND = "\n# --- The command ---\n"
_FUTURE = "from __future__ import annotations\n"


@cache
def program() -> bytes:
    """Return the file."""
    source = inspect.getsource(verify)
    for module in (check, findings):
        before, after = re.split(
            rf"^from {re.escape(module.__name__)} import .+\n", source, flags=re.MULTILINE
        )
        source = f"{before}\n# --- {module.__name__} ---\n{_body(module)}\n# --- \n{after}"
    return source.encode()


def _body(module: ModuleType) -> str:
    """Return the source of a module without its docstring and its command."""
    source = inspect.getsource(module).removeprefix(f'"""{module.__doc__}"""\n')
    return source.partition(_COMMAND)[0].replace(_FUTURE, "")
