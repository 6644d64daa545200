"""From files to domain objects; every error says which file, which uid, which field."""
