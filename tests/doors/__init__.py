"""Who may come in, what each client sees, and that nothing leaks."""
