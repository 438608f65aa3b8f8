"""The condition language: read, check, evaluate three-valued, compile, trace and say in English."""
