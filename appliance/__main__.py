"""`python -m appliance` is the command `comptoir`."""

from appliance.cli import main

main()
