"""Virtual cards, faithful at the level of the APDU, and the readers they are put into."""
