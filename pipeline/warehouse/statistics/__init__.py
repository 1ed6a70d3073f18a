"""The compute functions of the analytic models: tables of the build in, statistics of `pipeline.analytics` out."""
