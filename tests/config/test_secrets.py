"""No secret is committed: private keys, keys of services and of our API, passwords in settings."""

import re
import shutil
import subprocess
from pathlib import PurePath

import pytest

from config.bootstrap import ROOT

FORMS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}"),
    "API key of Jalon": re.compile(r"\bjln_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{40,}"),
    "AWS key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})"),
    "GitLab token": re.compile(r"\bglpat-[\w-]{20}"),
    "Slack token": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "password in an address": re.compile(r"\b(?:postgres|redis|smtp|amqp)\S{0,4}://[^\s:/@]*:[^\s@{]+@"),
}
LITERAL = re.compile(r"""\b\w*(?:PASSWORD|SECRET|TOKEN|KEY)(?:\s*=\s*["'][^"']+["']|=[^\s"'$]+)""")
# Where settings and deployments are: there even a short secret is one too many.
SETTINGS = ("config/settings.py", "config/openid.py", "config/celery.py", "Procfile", "Makefile", ".ci/")
EXAMPLES = {
    "postgres://user:password@",  # README: the form of the variable
    "postgres://u:p@",
    "redis://:a-password@",
}


def _tracked() -> list[str]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    command = [git, "-C", str(ROOT), "ls-files", "-z"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


def _found(name: str, text: str) -> list[str]:
    forms = dict(FORMS)
    if name.startswith(SETTINGS):
        forms["secret in a setting"] = LITERAL
    hits = [(form, hit[0]) for form, pattern in forms.items() for hit in pattern.finditer(text)]
    return [f"{name}: {form} {hit[:12]}…" for form, hit in hits if hit not in EXAMPLES]


def test_no_tracked_file_holds_a_secret() -> None:
    found = []
    for name in _tracked():
        path = ROOT / name
        if path.is_file():
            found += _found(name, path.read_text(errors="replace"))
    assert found == []


def test_no_file_of_secrets_is_tracked() -> None:
    names = {".env", "id_rsa", "id_ed25519", "seal_key", "secret_key", "credentials.json"}
    ends = {".pem", ".p12", ".pfx", ".key"}
    paths = [PurePath(name) for name in _tracked()]
    assert [path for path in paths if path.name in names or path.suffix in ends] == []


SAMPLES = {
    "private key": "-----BEGIN " + "EC PRIVATE KEY-----\n" + "MHcCAQEEIIGlVmMBxPqZ",
    "API key of Jalon": "jln_" + "abcdEFGH" + "_" + "x" * 43,
    "AWS key": "AKIA" + "A1" * 8,
    "GitHub token": "ghp_" + "a1" * 18,
    "GitLab token": "glpat-" + "a" * 20,
    "Slack token": "xoxb-" + "1" * 12,
    "signed token": ".".join(("eyJ" + "h" * 12, "eyJ" + "p" * 12, "s" * 20)),
    "password in an address": "redis://" + ":hunter22@redis:6379/0",
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_would_be_found(form: str) -> None:
    assert _found("docs/a.md", f"key = {SAMPLES[form]}\n")


def test_a_password_in_the_settings_would_be_found() -> None:
    literal = 'EMAIL_HOST_PASSWORD = "' + 'hunter22"'
    assert _found("config/settings.py", literal)
    assert not _found("docs/a.md", literal)
