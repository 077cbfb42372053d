"""What decoding large images takes."""
