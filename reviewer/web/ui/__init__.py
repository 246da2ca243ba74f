"""What screens share: errors, tables, links, badges, pagers and choices in the address."""
