"""Tables: one model for every source, and the forms it is handed out in. Both sides use it."""
