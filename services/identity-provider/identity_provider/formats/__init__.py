"""How values are written in pages, by language (``FORMAT_MODULE_PATH``)."""
