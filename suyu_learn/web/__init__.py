"""Routes, forms, access and page dataclasses: read the request, call one service, render one page."""
