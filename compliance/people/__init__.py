"""People of an organisation: invitations, roles, what auditors are shown."""
