"""The evaluation: documents with known content go through the real service, and what it read is scored."""
