"""Decisions that a person took by the tables of the law and signed: kept as they were, asked again later."""
