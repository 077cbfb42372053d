"""The running side: supervisor, executor, decoder, engines, courier, maintenance."""
