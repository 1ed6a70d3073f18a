"""Statistics as pure functions on Polars frames. They read no file and no database; each names its source."""
