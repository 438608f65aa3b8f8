"""A protocol with its required plugins: names resolved, every condition checked, ready to decide by."""
