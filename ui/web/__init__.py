"""The HTTP interface: schemas, problems, middleware and one router a module."""
