# The daemon as a small image, running as an ordinary user:
#
#   docker build --tag shippy .
#   docker run --name shippy --volume /etc/shippy:/etc/shippy:ro --volume shippy:/var/lib/shippy \
#     --env SLACK_BOT_TOKEN --env SLACK_APP_TOKEN --env GITHUB_TOKEN shippy
#   docker exec shippy python ship.py tell status
#
# The config file is /etc/shippy/shippy.yml, and has to be readable for the user 1000.
FROM python:3.11-slim

RUN useradd --uid 1000 --create-home shippy \
 && install --directory --owner shippy --mode 0700 /var/lib/shippy /run/shippy

WORKDIR /opt/shippy
COPY requirements.txt ./
RUN pip install --no-cache-dir --requirement requirements.txt
COPY ship.py ./
COPY shippy ./shippy

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER shippy
VOLUME /var/lib/shippy
# Docker's SIGTERM lets the step in flight come to a safe point; give it the time (docker stop --time 60).
ENTRYPOINT ["python", "ship.py"]
CMD ["run"]
