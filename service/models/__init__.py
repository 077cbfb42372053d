"""What is known of models, for both sides: what they charge, how large an image they use. Rules alone, no library."""
