"""The TLSi adapter: SOAP 1.2 to the téléservices of the AMO, signed by the CPS.

The envelope, the assertion, the transport and the faults are those of the real family of services, proven on
INSi, whose contract is public. The operations on ordonnances numériques are **not**: their contract is not
public, and `ordonnance_operations` holds a placeholder of our own, one module for an approved editor to
replace.
"""
