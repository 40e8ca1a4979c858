"""The pages of donors, the workshop and the coordination's first steps: one file per noun."""
