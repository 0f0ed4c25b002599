"""People of the laboratory: users, roles, sessions, credentials, signatures."""
