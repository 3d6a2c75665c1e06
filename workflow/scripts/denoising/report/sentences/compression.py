"""Codes in bits, as sentences."""

import pandas as pd

from denoising.report.texts import Sentence, Titles, joined


def compression_sentences(
    compression: pd.DataFrame, formats: pd.DataFrame, titles: Titles
) -> list[Sentence]:
    """Say which codes compress at all, and what common formats need.

    Parameters
    ----------
    compression, formats : DataFrame
        ``compression.csv`` and ``formats.csv``, this of the same images or empty.
    titles : mapping
        Experiment → its title.
    """
    trained = compression[compression["bits"] == 32]
    if trained.empty:
        return []
    smaller = trained.loc[trained["bits_ratio"] < 1, "experiment"]
    values = {
        "all": len(trained),
        "count": len(smaller),
        "titles": joined(", ", (titles[name] for name in smaller)),
    }
    sentences = [Sentence("compression.compress" if len(smaller) else "compression.none", values)]
    bytes_ = compression[compression["bits"] == 8]
    small = bytes_[bytes_["bits_ratio"] < 1]
    if not small.empty:
        before = trained.set_index("experiment")["all"]
        lost = (small.set_index("experiment")["all"] - before).dropna().max()
        values = {
            "all": len(bytes_),
            "count": len(small),
            "titles": joined(", ", (titles[name] for name in small["experiment"])),
            "lost": max(lost, 0.001),  # an upper bound that can be read
        }
        if pd.notna(lost):
            sentences.append(Sentence("compression.bytes", values))
    if formats.empty or formats["all"].isna().all():
        return sentences
    png = formats[(formats["format"] == "PNG") & (formats["files"] == "each")].iloc[0]
    lossy = formats[(formats["format"] != "PNG") & (formats["files"] == "each")]
    least = lossy.loc[lossy["bits_ratio"].idxmin()]
    values = {
        "png": png["bits_ratio"], "format": least["format"], "quality": least["quality"],
        "ratio": least["bits_ratio"], "error": least["all"],
    }  # fmt: skip
    return [*sentences, Sentence("compression.formats", values)]
