"""What people read of the marts: last week's table and the officer's note."""
