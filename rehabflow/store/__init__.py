"""Episodes: an append-only record that loses nothing, can be audited, and reproduces every decision."""
