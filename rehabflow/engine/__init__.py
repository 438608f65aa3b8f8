"""The pure decision: from definitions and a record to what may be done now."""
