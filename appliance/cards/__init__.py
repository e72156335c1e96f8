"""CPS and Vitale cards through PC/SC."""
