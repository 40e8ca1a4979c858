"""A synthetic year of the reference programme: its plan, and its replay through the operations."""
