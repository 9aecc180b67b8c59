"""Catalogues as others keep them: tables of articles, and the fixtures of Saleor."""
