"""What an operator does beside the nightly run: embedded Airflow, backup and restore, retention, diagnosis."""
