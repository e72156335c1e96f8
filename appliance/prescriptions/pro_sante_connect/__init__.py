"""Pro Santé Connect: login with the e-CPS by OpenID CIBA in poll mode, tokens in memory only.

`session.PscSession` is one login from its start to its end; it speaks through `client.PscClient`, which does
the requests of the protocol one by one, over `transport.Transport`, which bounds them. `tokens` and
`professional` decide whom to believe; both are pure.
"""
