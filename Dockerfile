# The image of web, worker, beat and migrate. Debian, because the wheels are built for glibc.
FROM python:3.13-slim-trixie AS build
COPY requirements/app.txt /tmp/app.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/app.txt

FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings
RUN useradd --system --user-group --home-dir /var/lib/rondo --create-home rondo
COPY --from=build /venv /venv
WORKDIR /srv/rondo
COPY . .
RUN python -m compileall -q config core crm loyalty campaigns analytics
USER rondo
VOLUME /var/lib/rondo
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]
