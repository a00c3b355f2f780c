"""The workbench of the rules: the facts, the law and the clock they may ask, and what they put on it."""

from collections.abc import Mapping
from datetime import date

from compliance.law.calendar import Period, previous_working_day, rolled
from compliance.law.clock import Clock
from compliance.law.facts import Device, Organisation, Track
from compliance.law.facts.base import Area, in_order
from compliance.law.parameters import DatedValue, Law, Parameter, as_known
from compliance.law.text import Text
from compliance.law.types import (
    Deadline,
    DeadlineState,
    Duty,
    Finding,
    Level,
    Reason,
    TrackStatus,
)


class Context:
    """One assessment under way: facts, law, clock; deadlines, findings and duties gathered so far.

    The facts of the device stand in the order of their keys (``in_order``).
    """

    def __init__(
        self,
        device: Device,
        organisations: Mapping[str, Organisation],
        law: Law,
        on: date,
        known_on: date,
    ) -> None:
        self.device = device
        self.organisations = organisations
        self.clock = Clock(on)
        self.tracks: dict[Track, TrackStatus] = {}
        self.deadlines: list[Deadline] = []
        self.findings: list[Finding] = []
        self.duties: list[Duty] = []
        self._law = as_known(law, known_on)

    def organisation(self, role: str) -> Organisation | None:
        """Return the organisation that holds a role for the device (``manufacturer``, ``host``…)."""
        found = self.organisations.get(getattr(self.device, role) or "")
        return in_order(found) if found else None

    def keeps(self, track: Track) -> bool:
        """Return whether the owner keeps the whole record of the track: then nothing means no."""
        return track in self.device.complete_tracks

    def value(self, rule: str, trigger: date | None = None) -> DatedValue | None:
        """Return the value of a rule that governs, or None where no known text governs.

        A rule with a trigger is read on the day of the trigger, past or to come; an event older than the
        first value falls under it, unless the rule excludes it. Any other rule is read on the date of the
        assessment.
        """
        parameter = self._law[rule]
        if trigger is None:
            return parameter.in_force(self.clock.reached)
        if parameter.earlier_triggers == "governed" and parameter.values:
            trigger = max(trigger, parameter.values[0].applies)
        return parameter.value_at(trigger)

    def announced(self, rule: str) -> DatedValue | None:
        """Return the value that is published but does not govern yet, or None."""
        return next((one for one in self._law[rule].values if not self.clock.reached(one.applies)), None)

    def reason(self, text: Text, *, rule: str | None = None, fact: str | None = None) -> Reason:
        """Return a reason; the article and certainty are those of the rule's governing value."""
        governing = self.value(rule) if rule else None
        if governing is None:
            return Reason(text, fact, rule)
        return Reason(text, fact, rule, str(governing.citation), governing.certainty)

    def find(
        self,
        code: str,
        track: Area,
        level: Level,
        reason: Reason,
        values: dict[str, str] | None = None,
    ) -> Finding:
        """Put a finding on the bench and return it."""
        finding = Finding(code, track, level, reason, values or {})
        self.findings.append(finding)
        return finding

    def deadline(
        self,
        rule: str,
        *,
        trigger: date | None,
        fact: str,
        met_on: date | None = None,
        stopped_days: int = 0,
        clock_stopped: bool = False,
        time_set: str | None = None,
        n: str = "",
        trigger_at: str | None = None,
        met_at: str | None = None,
    ) -> Deadline | None:
        """Put the deadline of a rule on the bench and return it; None without trigger or governing text.

        ``trigger`` is the day the text counts from (not counted), ``met_on`` the day of the act that meets
        it, ``stopped_days`` the days its clock stood still, ``clock_stopped`` that it stands still now,
        ``time_set`` a period set by the authority in place of the law's (ISO 8601). ``trigger_at`` and
        ``met_at`` are the hours of the two, for a period in hours.
        """
        governing = self.value(rule, trigger) if trigger else None
        if trigger is None or governing is None:
            return None
        value, hour = time_set or governing.value or "", ""
        period = Period.parse(value)
        try:
            strict = self._strict(self._law[rule], period, trigger, stopped_days)
            if period.hours and trigger_at:
                strict, hour = period.after_hour(trigger, trigger_at)
        except OverflowError:
            return None
        return self._put(
            rule,
            governing,
            strict,
            trigger,
            fact,
            met_on,
            stopped_days,
            clock_stopped,
            value,
            n,
            hour,
            met_at,
        )

    def fixed(self, rule: str, *, fact: str, met_on: date | None = None, n: str = "") -> Deadline | None:
        """Put the fixed date of a rule on the bench and return it; None where no known text governs."""
        governing = self.value(rule)
        if governing is None or governing.value is None:
            return None
        strict = date.fromisoformat(governing.value)
        return self._put(rule, governing, strict, None, fact, met_on, 0, False, governing.value, n)

    def until(
        self,
        rule: str,
        day: date,
        *,
        fact: str,
        met_on: date | None = None,
        n: str = "",
    ) -> Deadline | None:
        """Put a date that the rule takes over as it is (an end printed on a paper, a day to act before)."""
        governing = self.value(rule, day)
        if governing is None:
            return None
        return self._put(rule, governing, day, day, fact, met_on, 0, False, governing.value or "", n)

    def last_day(self, rule: str, trigger: date | None) -> date | None:
        """Return the last day that the period of a rule sets for a trigger, with nothing put on the bench.

        None without trigger or governing text, or where the calendar ends first.
        """
        governing = self.value(rule, trigger) if trigger else None
        if trigger is None or governing is None or governing.value is None:
            return None
        try:
            return self._strict(self._law[rule], Period.parse(governing.value), trigger, 0)
        except OverflowError:
            return None

    def in_time(self, rule: str, trigger: date | None, day: date | None) -> bool:
        """Return whether an act recorded on a day lies within the period of a rule, its roll included."""
        strict = self.last_day(rule, trigger)
        return strict is not None and day is not None and day <= _limit(self._law[rule], strict, trigger)

    @staticmethod
    def _strict(parameter: Parameter, period: Period, trigger: date, stopped_days: int) -> date:
        if parameter.direction == "before":
            return period.before(trigger)
        return period.after(trigger, extra_days=stopped_days)

    def _put(
        self,
        rule: str,
        governing: DatedValue,
        strict: date,
        trigger: date | None,
        fact: str,
        met_on: date | None,
        stopped_days: int,
        clock_stopped: bool,
        value: str,
        n: str,
        hour: str = "",
        met_at: str | None = None,
    ) -> Deadline:
        parameter = self._law[rule]
        moved = rolled(strict, parameter.roll, trigger)
        limit = _limit(parameter, strict, trigger)
        state: DeadlineState = (
            "clock_stopped" if clock_stopped else self._state(parameter, strict, limit, met_on)
        )
        if state == "met" and met_on == limit and hour and met_at and met_at > hour:
            state = "met_late"
        deadline = Deadline(
            rule=rule,
            n=n,
            track=parameter.track,
            trigger_date=trigger,
            trigger_fact=fact,
            strict=strict,
            rolled=moved,
            roll=parameter.roll,
            safe=previous_working_day(strict),
            state=state,
            met_on=met_on if self.clock.happened(met_on) else None,
            value=value,
            stopped_days=stopped_days,
            obliged=parameter.obliged,
            citation=str(governing.citation),
            certainty=governing.certainty,
            hour=hour,
        )
        self.deadlines.append(deadline)
        return deadline

    def _state(self, parameter: Parameter, strict: date, limit: date, met_on: date | None) -> DeadlineState:
        if met_on is not None and self.clock.happened(met_on):
            return "met" if met_on <= limit else "met_late"
        if parameter.on_expiry == "applies":
            return "applies" if self.clock.reached(strict) else "open"
        if self.clock.passed(limit):
            return parameter.on_expiry
        return "due_today" if self.clock.reached(strict) else "open"


def _limit(parameter: Parameter, strict: date, trigger: date | None) -> date:
    """Return the legal last day: the rolled one where the text itself moves it."""
    moves = parameter.roll in {"eu", "eu_min2", "fr_franc"}
    return rolled(strict, parameter.roll, trigger) if moves else strict
