"""What a program of a hospital does with the API: look devices up, read where they stand, follow changes.

Nothing but Python is needed. `python hospital.py http://127.0.0.1:8000 jln_… 04250802900152`
"""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class Api:
    """The API with one key. What it refuses is raised as RuntimeError, in its own words."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self.headers = (
            f"{base}/api/v1",
            {"Authorization": f"Bearer {key}", "Accept-Language": "en"},
        )
        self.held: dict[str, tuple[str, Any]] = {}  # what was read, with its validator

    def get(self, path: str, **query: str) -> Any:
        """Return an answer, the one that was read before where nothing changed since."""
        url = f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")  # + must be written %2B
        etag, known = self.held.get(url, ("", None))
        status, headers, body = self._ask(Request(url, headers=self.headers | {"If-None-Match": etag}))
        if status == 304:
            return known
        self.held[url] = headers["ETag"], body
        return body

    def post(self, path: str, body: Any) -> Any:
        """Return the answer to a body."""
        headers = self.headers | {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._ask(Request(f"{self.base}{path}", data=data, headers=headers, method="POST"))[2]

    def _ask(self, request: Request) -> tuple[int, Any, Any]:
        while True:
            try:
                with urlopen(request, timeout=30) as answer:
                    return answer.status, answer.headers, json.load(answer)
            except HTTPError as error:
                if error.code == 304:
                    return 304, error.headers, None
                if error.code == 429:  # too many requests: the answer says how long to wait
                    time.sleep(int(error.headers["Retry-After"]))
                    continue
                raise RuntimeError(f"{error.code}: {json.load(error)['detail']}") from error

    def changes(self, after: str | None) -> Iterator[tuple[str, str, str]]:
        """Yield what changed since: device, what, and the place from which to go on next time."""
        more = True
        while more:
            body = self.get("/changes", **({"after": after} if after else {}))
            for one in body["results"]:
                yield one["device"], one["what"], body["after"]
            after, more = body["after"], body["more"]


def main(base: str, key: str, *identifiers: str) -> int:
    """Print where the devices stand that the identifiers name, then how many devices the feed holds."""
    api = Api(base, key)
    for found in api.post("/devices/lookup", {"identifiers": identifiers})["results"]:
        if found["outcome"] != "found":
            print(f"{found['identifier']}: {found['outcome']} {found['detail'] or ''}".rstrip())
        for device in found["devices"]:
            status = api.get(f"/devices/{device['id']}/status")
            buyer = status["buyer"]
            print(f"{device['name']}: sale {buyer['sale']['answer']}, covered {buyer['coverage']['answer']}")
            for line in buyer["coverage"]["lines"]:
                print(f"  {line['list']} {line['code']} until {line['ends_on']}")
            for end in buyer["ends_within_a_year"]:
                print(f"  ends {end['ends_on']}: {end['label']} ({end['citation']}, {end['certainty']})")
            print(f"  last verified: {status['last_verified_at'] or 'unknown'}")
    print(f"{len({device for device, _what, _after in api.changes(None)})} devices in the feed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
