"""What an operator types, and the made-up scene of a demonstration."""
