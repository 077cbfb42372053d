"""The HTTP interface, one file for each resource."""
