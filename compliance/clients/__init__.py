"""OAuth2 clients: the programs of an organisation, which outlive the people in it."""
