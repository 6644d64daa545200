"""Files of other programs, read to rows and drafts. Nothing here trusts what it opens."""
