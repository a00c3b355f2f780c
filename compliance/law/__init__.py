"""The law: pure, dated, explained."""
