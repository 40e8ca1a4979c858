"""The scene of a demonstration: invented people, played through the operations."""
