"""Papers: what a specification asks for, which questions are drawn, and how they are laid out."""
