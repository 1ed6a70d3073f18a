# One image for every service: Airflow with its DAGs, and the chalandise command in the same environment.
FROM python:3.12-slim-bookworm

ARG UV_VERSION=0.13.9
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/chalandise/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    CHALANDISE_HOME=/var/lib/chalandise \
    CHALANDISE_TOWNS=/opt/chalandise/towns

RUN useradd --system --uid 10001 --create-home --home-dir /opt/airflow chalandise \
    && install -d -o chalandise -g chalandise /var/lib/chalandise /opt/airflow/logs

WORKDIR /opt/chalandise
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir "uv==${UV_VERSION}" \
    && uv pip install --no-cache --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY pipeline ./pipeline
COPY expectations ./expectations
COPY sql ./sql
COPY dags ./dags
COPY towns ./towns
RUN uv pip install --no-cache --no-deps --no-build-isolation -e .

USER chalandise
CMD ["chalandise", "--help"]
