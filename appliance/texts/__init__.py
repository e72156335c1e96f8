"""The one catalogue of French texts: everything a person reads on the OLED, the page or in a problem."""
