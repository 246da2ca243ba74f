"""Who reads what: members of the jury, dealing of applications, changes and withdrawal."""
