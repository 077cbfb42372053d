"""The whole interface as its OpenAPI document describes it, tried out by Schemathesis."""
