"""The pages of requirements: how far catalogues are covered, and by which documents."""
