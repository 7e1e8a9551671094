"""Who may use the service: users and keys, their scopes, their sessions."""
