"""The figures of a run."""

from collections import Counter

from tests.faults.driver import Driver
from tests.faults.ledger import examine


def report(driver: Driver, *, prepared: float, seconds: float) -> bool:
    """Print what was seen; return whether all is as it has to be. All violations go to a file of the run."""
    oracle, done = driver.oracle, driver.agenda.done
    copies = oracle.duplicates()
    wrong, states = examine(oracle.copies)
    kinds = Counter(one.kind for one in oracle.violations)
    lines = [str(one) for one in oracle.violations]
    (driver.processes.folder / "violations").write_text("\n".join([*lines, *driver.agenda.story]))
    looks, strict = oracle.counts["looks"], oracle.counts["looks that excuse nothing"]
    spent = ", ".join(f"{what} {spent:.0f}" for what, spent in driver.seconds.items())
    said = [
        f"simulated days     {driver.days}",
        f"deadlines, people  {len(oracle.facts.deadlines)}, {len(oracle.facts.people)}",
        f"alerts             {states['email sent']} sent by mail, {states['notice sent']} shown as notices",
        f"messages           {oracle.counts['messages']}",
        f"sent again         {copies} copies under the same Message-ID",
        f"faults             {done['faults']}",
        *(f"    {count:5} {name}" for name, count in sorted(done.items()) if name != "faults"),
        f"ledger             {', '.join(f'{count} {name}' for name, count in sorted(states.items()))}",
        f"seconds            {prepared:.0f} to prepare, {seconds:.0f} to run ({spent})",
        f"longest wait       {driver.waited:.1f} s for a complete tick",
        f"looks              {looks}, of them {strict} while no fault excused anything",
        f"lost               {kinds['lost']}; {len(oracle.owed)} wait for a digest",
        f"ledger wrong       {'; '.join(wrong) or 'nothing'}",
        f"violations         {dict(kinds) or 'none'}",
        *(f"    {line}" for kind in kinds for line in [one for one in lines if f" {kind}: " in one][:4]),
    ]
    print("\n".join(said), flush=True)
    return not (wrong or kinds)
