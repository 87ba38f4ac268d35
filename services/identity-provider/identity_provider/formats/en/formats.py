"""Times of events need seconds, and times need a zone."""

DATETIME_FORMAT = "M j, Y, g:i:s A e"
