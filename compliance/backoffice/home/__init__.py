"""The home page: the dashboard, the portfolio, the first steps."""
