"""The console: the web page at `/`, a client of the HTTP interface like any other."""
