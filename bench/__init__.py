"""Measures of the product, each in its own file; ``make bench`` runs them."""
