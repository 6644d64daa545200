"""What each page shows: frozen values, ready to print, with no query or arithmetic left to do.

A view builds one of these and renders the template named in its docstring with `page=` and `shell=`.
"""
