"""CE marking."""
