"""The figures of a run."""

from collections import Counter

from tests.faults.driver import Driver
from tests.faults.ledger import examine


def report(driver: Driver, *, prepared: float, seconds: float) -> bool:
    """Print what was seen; return whether all is as it has to be."""
    oracle = driver.oracle
    duplicates = oracle.duplicates(driver.strikes)
    wrong, states = examine(oracle.copies)
    kinds = Counter(one.kind for one in oracle.violations)
    print(f"days {driver.days}, deadlines {len(oracle.facts.deadlines)}, people {len(oracle.facts.people)}")
    print(f"alerts sent by mail {states['email sent']}, ledger {dict(states)}")
    print(f"messages {oracle.counts['messages']}, told {oracle.counts['told']}, copies sent again {duplicates}")
    for name, count in sorted(driver.done.items()):
        print(f"  {count:6} {name}")
    print(f"longest wait for a complete tick {driver.waited:.1f} s")
    print(f"lost {kinds['lost']}, waiting for a digest {len(oracle.owed)}, second rows and other faults of the ledger: {wrong or 'none'}")
    print(f"violations: {dict(kinds) or 'none'}")
    lines = [f"{one.when:%Y-%m-%d %H:%M} {one.kind}: {one.what}" for one in oracle.violations]
    (driver.processes.folder / "violations").write_text("\n".join([*lines, *driver.story]))
    for kind in kinds:
        print("\n".join(f"  {line}" for line in [one for one in lines if f" {kind}: " in one][:4]))
    print(f"prepared in {prepared:.0f} s, ran {seconds:.0f} s", flush=True)
    return not (wrong or kinds)
