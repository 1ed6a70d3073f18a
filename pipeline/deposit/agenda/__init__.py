"""Agendas that are no tables, as the tables that the reader's callers know: calendars (ICS) and records (JSON)."""
