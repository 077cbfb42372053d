"""The public contract, seen from outside: real processes, real requests, the guide's own words."""
