"""Print where the time of a rebuild went (`make budget`)."""

import argparse
import sys
from pathlib import Path

from time_budget import EPOCHS, job_seconds, latest, time_budget


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, help="default: where a job ended last")
    results = parser.parse_args().results or latest(Path("results"))
    jobs = job_seconds(results)
    if jobs.empty:
        sys.exit(f"error: {results}/benchmarks holds no times yet; run `snakemake` first")
    table = time_budget(jobs)
    formats = {"seconds": "{:.1f}".format, "share": "{:.1%}".format, "memory": "{:.0f} MB".format}
    print(f"All jobs whose results stand in {results}:")
    print(table.to_string(formatters=formats))
    share = 1 - table["share"].get(EPOCHS, 0)
    print(f"\n{table['seconds'].sum():.0f} core-seconds; all but the epochs: {share:.1%}")


if __name__ == "__main__":
    main()
