"""The standing tables and figures. Sections of the page may bring more."""

from denoising.declare import Figure, Table

EVIDENCE, DRAWING = "denoising.evidence", "denoising.figures"

TABLES = (
    Table("runs", f"{EVIDENCE}.runs:runs", facets=("runs",), digits=None),
    Table("experiments", f"{EVIDENCE}.replicates:experiments", ("runs",)),
    Table("comparisons", f"{EVIDENCE}.replicates:comparisons", ("runs",), ("pairs",)),
    Table("law", f"{EVIDENCE}.law:law", ("runs",), ("writeup",)),
    Table("implied", f"{EVIDENCE}.law:implied", ("runs",), ("writeup",)),
    Table("alternatives", f"{EVIDENCE}.law:alternatives", ("runs",), ("alternatives", "writeup")),
    Table("variance", f"{EVIDENCE}.law:variance", ("runs",), ("members",)),
    Table(
        "claims", f"{EVIDENCE}.claims:claims", ("runs",), ("claims", "writeup", "twins", "pairs")
    ),
    Table("law_forms", f"{EVIDENCE}.forms:forms", ("runs",), ("writeup",), of="writeup"),
    Table(
        "law_corrections", f"{EVIDENCE}.forms:corrections", ("runs",), ("writeup",), of="writeup"
    ),
    Table("coverage", f"{EVIDENCE}.coverage:coverage", ("runs",), ("writeup",), of="writeup"),
    Table("power", f"{EVIDENCE}.coverage:power", ("runs",), ("writeup",), of="writeup"),
    Table("components", f"{EVIDENCE}.components:components", ("runs",), ("sources",), of="sources"),
    Table(
        "confirmed_runs",
        f"{EVIDENCE}.confirm:confirmed_runs",
        ("runs",),
        ("criteria",),
        of="criteria",
    ),
    Table("confirmed", f"{EVIDENCE}.confirm:confirmed", ("confirmed_runs",), of="criteria"),
    Table("foretold", f"{EVIDENCE}.foretell:foretold", ("runs",), ("criteria",), of="criteria"),
    Table("initial", f"{EVIDENCE}.initial:initial", ("runs",), ("writeup",)),
    Table("rivals", f"{EVIDENCE}.rivals:rivals", ("runs",), ("writeup", "variants")),
    Table("epochs_met", f"{EVIDENCE}.rivals:met", ("runs",), ("writeup",)),
    Table("image_spread", f"{EVIDENCE}.images:spread", ("runs",)),
    Table("digits", f"{EVIDENCE}.images:digits", ("runs",)),
    Table("extremes", f"{EVIDENCE}.images:extreme_images", ("runs",)),
    Table("image_comparisons", f"{EVIDENCE}.images:comparisons", ("runs",), ("pairs",), of="pairs"),
    Table("compression", f"{EVIDENCE}.compression:compression", ("runs",), ("limits",)),
    Table("formats", f"{EVIDENCE}.compression:formats", (), ("slices",), data="formats.csv"),
    Table("goals", f"{EVIDENCE}.goals:goals", ("runs",), ("goals",), of="goals"),
    Table("floor", f"{EVIDENCE}.floor:floor", ("runs",), ("goals",), of="goals"),
    Table("budgets", f"{EVIDENCE}.tuning:budgets", ("runs",), ("sweeps",), of="sweeps"),
    Table("chosen_settings", f"{EVIDENCE}.tuning:chosen", ("runs",), ("sweeps",), of="sweeps"),
    Table("transfers", f"{EVIDENCE}.transfer:transfers", ("runs",), ("transfers",), of="transfers"),
    Table("smallest_codes", f"{EVIDENCE}.compression:smallest", ("compression",), ("limits",)),
)

FIGURES = (
    Figure("architecture", f"{DRAWING}.architecture:draw", facets=("titles",)),
    Figure("loss", f"{DRAWING}.experiments:draw_loss", facets=("titles", "reported")),
    Figure("error", f"{DRAWING}.experiments:draw_error", facets=("titles", "reported")),
    Figure("images", f"{DRAWING}.experiments:draw_images", facets=("titles", "reported")),
    Figure("experiment", f"{DRAWING}.experiments:draw_experiment", facets=("titles", "reported")),
    Figure("study", f"{DRAWING}.experiments:draw_study", facets=("titles", "reported")),
    Figure(
        "response",
        f"{DRAWING}.response:draw",
        ("runs",),
        ("titles", "lenders", "experiments", "studies"),
    ),
    Figure("search", f"{DRAWING}.search:draw", ("runs",), ("searches",)),
    Figure("budgets", f"{DRAWING}.tuning:draw", ("budgets",), ("sweeps",)),
    Figure("transfer", f"{DRAWING}.transfer:draw", (), ("transfers",)),
    Figure("layers", f"{DRAWING}.portrait:draw_layers"),
    Figure("codes", f"{DRAWING}.portrait:draw_codes"),
    Figure("law", f"{DRAWING}.lattice:draw_law", ("runs", "implied"), ("titles",)),
    Figure("counts", f"{DRAWING}.lattice:draw_counts", ("runs", "implied"), ("titles",)),
    Figure("epochs", f"{DRAWING}.lattice:draw_epochs", ("runs",), ("titles",)),
    Figure("dots", f"{DRAWING}.lattice:draw_dots", ("runs",), ("titles",)),
    Figure("gallery", f"{DRAWING}.lattice:draw_gallery", ("runs",), ("titles",)),
    Figure("spread", f"{DRAWING}.images:draw_spread", ("image_spread",), ("titles",)),
    Figure("digits", f"{DRAWING}.images:draw_digits", ("runs", "digits"), ("titles",)),
    Figure("extremes", f"{DRAWING}.images:draw_extremes", ("runs",), ("titles",)),
    Figure(
        "compression",
        f"{DRAWING}.compression:draw",
        ("compression", "formats"),
        ("titles", "experiments"),
    ),
)
