"""Setting a device up: what a site wants, the steps that are left to it, and the machine they are done on."""
