"""What every page stands on: the menu, forms, refusals, the pages of the site itself."""
