"""CPS and Vitale cards through PC/SC.

The protocol layer (APDUs, files, certificates, codes) is pure and stands on one seam, `apdu.Transmit`; only
`pcsc` imports pyscard. `desk.CardDesk` is what the counter uses, `inputs` is what it hears.
"""
