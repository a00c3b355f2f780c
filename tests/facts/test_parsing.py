"""Text to plain data: what is accepted, what is refused, and that nothing hostile gets further."""

import json
from decimal import Decimal
from typing import Any

import pytest

from compliance.facts.errors import FactError, Problem
from compliance.facts.parsing import MAX_BYTES, parse

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
)


def refusal(content: bytes, name: str = "") -> Problem:
    with pytest.raises(FactError) as error:
        parse(content, name)
    (problem,) = error.value.problems
    return problem


class TestYaml:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("2026-02-28", "2026-02-28"),
            ("2026-02-30", "2026-02-30"),
            ("on", "on"),
            ("no", "no"),
            ("NO", "NO"),
            ("yes", "yes"),
            ("true", True),
            ("False", False),
            ("null", None),
            ("~", None),
            ("", None),
            ("12", 12),
            ("-3", -3),
            ("0123", "0123"),
            ("0x1F", "0x1F"),
            ("1_000", "1_000"),
            ("12:30:45", "12:30:45"),
            ("1.10", Decimal("1.10")),
            (".5", ".5"),
            ("1e5", "1e5"),
            (".inf", ".inf"),
            (".nan", ".nan"),
            ("'12'", "12"),
            ('"true"', "true"),
            ("<<", "<<"),
            ("9" * 50, "9" * 50),
        ],
    )
    def test_plain_values(self, text: str, value: Any) -> None:
        found = parse(f"field: {text}\n".encode()).data["field"]
        assert (found, type(found)) == (value, type(value))

    def test_the_name_on_is_text(self) -> None:
        assert parse(b"steps: [{step: requested, on: 2026-01-01}]").data == {
            "steps": [{"step": "requested", "on": "2026-01-01"}]
        }

    def test_lines(self) -> None:
        parsed = parse(b"\xef\xbb\xbf# first\na: 1\nb:\n  - c: 2\n  -\n    d: 3\n")
        assert parsed.lines[("b", 1, "d")] == 6
        assert parsed.data == {"a": 1, "b": [{"c": 2}, {"d": 3}]}

    def test_a_name_that_stands_twice(self) -> None:
        parsed = parse(b"a: {b: 1, b: 2}\na: 3\n")
        assert [(one.path, one.code) for one in parsed.problems] == [("a.b", "twice"), ("a", "twice")]

    def test_a_name_that_is_no_text(self) -> None:
        assert [one.code for one in parse(b"? [a, b]\n: 1\n").problems] == ["key"]

    @pytest.mark.parametrize(
        "text", ["!!python/object/apply:os.system ['ls']", "!!binary aGk=", "!mine x", "!!set {x}"]
    )
    def test_tags_are_refused(self, text: str) -> None:
        parsed = parse(f"a: {text}".encode())
        assert [(one.path, one.code) for one in parsed.problems] == [("a", "tag")]
        assert parsed.data == {"a": None}

    @pytest.mark.parametrize(
        ("content", "code", "line"),
        [
            (b"a: [1, 2", "syntax", 2),
            (b"a: 1\nb: c: d\n", "syntax", 2),
            (b"a: 1\n\tb: 2\n", "syntax", 2),
            (b"a: 1\n---\nb: 2\n", "syntax", 2),
            (b"%YAML 9.9\n---\na: 1\n", "syntax", 1),
            (b"a: &x 1\nb: *x\n", "alias", 2),
            (b"a: *x\n", "alias", 1),
            (LAUGHS.encode(), "alias", 2),
        ],
    )
    def test_what_cannot_be_read(self, content: bytes, code: str, line: int) -> None:
        problem = refusal(content, "facts.yaml")
        assert (problem.code, problem.params["line"]) == (code, line)

    @pytest.mark.parametrize(
        "content",
        [b"[" * 31 + b"]" * 31, b"{a: " * 31 + b"}" * 31, b"- " * 31, b"[" * 100_000],
        ids=["lists", "mappings", "block", "endless"],
    )
    def test_depth(self, content: bytes) -> None:
        assert refusal(content, "facts.yaml").code in {"too_deep", "syntax"}
        assert parse(b"[" * 30 + b"]" * 30, "facts.yaml").data != []


class TestJson:
    def test_plain_values(self) -> None:
        parsed = parse(b' {"a": [1, 1.50, "x", true, null, 1e2], "on": {}}')
        assert parsed.data == {"a": [1, Decimal("1.50"), "x", True, None, Decimal(100)], "on": {}}
        assert (parsed.lines, parsed.problems) == ({}, [])

    def test_names_that_stand_twice(self) -> None:
        parsed = parse(b'{"a": {"b": 1, "b": 2, "c": 3}, "l": [{"x": 1, "x": 1}]}', "facts.json")
        assert [(one.path, one.code) for one in parsed.problems] == [("a.b", "twice"), ("l[0].x", "twice")]

    def test_numbers_that_are_none(self) -> None:
        digits = "9" * 5000
        data = parse(f'{{"a": NaN, "b": -Infinity, "c": {digits}}}'.encode()).data
        assert data == {"a": "NaN", "b": "-Infinity", "c": digits}

    def test_syntax(self) -> None:
        problem = refusal(b'{"a": 1,\n "b": }', "facts.json")
        assert (problem.code, problem.params) == ("syntax", {"line": 2, "column": 7})

    @pytest.mark.parametrize("content", [b"[" * 31 + b"]" * 31, b'{"a":' * 200_000])
    def test_depth(self, content: bytes) -> None:
        assert refusal(content, "facts.json").code == "too_deep"

    def test_the_ending_of_the_name_comes_before_the_first_sign(self) -> None:
        assert parse(b"{a: 1}", "facts.yaml").data == {"a": 1}
        assert refusal(b"a: 1", "facts.json").code == "syntax"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("format: jalon-facts/1".encode("utf-16"), "encoding"),
        ("note: é".encode("latin-1"), "encoding"),
        (b"a: x\x00y", "control_character"),
        (b"a: x\x1by", "control_character"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
    ],
    ids=["empty", "blank", "only a mark", "utf-16", "latin-1", "nul", "escape", "large"],
)
def test_what_is_no_text(content: bytes, code: str) -> None:
    assert refusal(content).code == code


def test_problems_are_placed_and_in_the_order_of_the_file() -> None:
    parsed = parse(b"devices:\n" + b"".join(b"  - key: d%d\n    name: x\n" % n for n in range(12)))
    places = ["devices[10].ce_marking.certificates[3].number", "devices[2].name", "devices[2]", "", "x.y"]
    placed = parsed.located(Problem(path, "code", "message") for path in places)
    assert [(one.path, one.line, one.subject) for one in placed] == [
        ("", None, ""),
        ("x.y", None, ""),
        ("devices[2]", 6, "d2"),
        ("devices[2].name", 7, "d2"),
        ("devices[10].ce_marking.certificates[3].number", 22, "d10"),
    ]


def test_without_lines_the_tenth_comes_after_the_second() -> None:
    parsed = parse(json.dumps({"devices": [{"key": f"d{n}"} for n in range(12)]}).encode())
    placed = parsed.located(Problem(f"devices[{n}]", "code", "message") for n in (10, 2))
    assert [one.subject for one in placed] == ["d2", "d10"]
