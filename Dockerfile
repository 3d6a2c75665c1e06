# The locked environment, and the workflow in it. No engine stood where this was written: it was not built there
# (tests/test_container.py tries what can be tried without one).
#
#     docker build --tag denoising-lab .
#     docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" denoising-lab --cores all
#
# Results, and a configuration of your own (config/), are those of the folder in which it is run.
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /lab
COPY Makefile requirements.txt pyproject.toml README.md ./
COPY workflow ./workflow
RUN make setup PYTHON=python3 && rm -rf /root/.cache
COPY . .
# A user of any number has a home that can be written to.
ENV HOME=/tmp
WORKDIR /work
ENTRYPOINT ["/lab/.venv/bin/snakemake", "--snakefile", "/lab/Snakefile", "--directory", "/work"]
