"""Whether the alerting works: a banner on every page where it does not, and the page behind it."""
