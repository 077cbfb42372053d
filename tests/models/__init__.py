"""What is known of models: prices, sizes, tokens."""
