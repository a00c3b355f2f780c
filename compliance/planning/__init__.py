"""Plans: the steps to a CE marking or a coverage, dated backwards from a target and forwards from today."""
