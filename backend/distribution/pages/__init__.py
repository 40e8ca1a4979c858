"""Pages of counsellors and coordinators, and the help that a label offers."""
