# %% [markdown]
# # Figure 3d with matplotlib
#
# Effective dimensionality through time of networks that are fed two-dimensional inputs, before and after
# training, redrawn from the tables that `train paper -o out` writes. Start from here for your own figures.
#
# As a script: `python3 figure3d.py out figure3d.png`. It needs matplotlib and nothing else.

# %%
import csv
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt

arguments = [] if "ipykernel" in sys.modules else sys.argv[1:]
if not arguments and "ipykernel" not in sys.modules:
    sys.exit("usage: python3 figure3d.py DIR [PICTURE], where DIR is the folder of `train paper -o DIR`")
folder = Path(arguments[0] if arguments else "out")
picture = Path(arguments[1]) if len(arguments) > 1 else folder / "figure3d.png"

# %% [markdown]
# `curves.csv` has one row for each value (`measure,d,g,stage,step,realisation,value`), `bands.csv` the median
# and the central 75 % of a gamma distribution fitted to the realisations (`measure,d,g,stage,step,n,median,lo,hi`).
# For the dimensionality, measure `ed`, `step` is the time t; `g` is the coupling strength.

# %%
LAST = 15  # the last time step that is drawn, as in the paper
EVALUATION = 10  # the time step whose readout is trained, as in the paper


def rows(name):
    """The rows of a table on the dimensionality with two inputs."""
    path = folder / name
    if not path.exists():
        sys.exit(f"{path} is missing; make it with: train paper --figures 3 -o {folder}")
    with open(path, newline="") as file:
        found = [row for row in csv.DictReader(file) if (row["measure"], row["d"]) == ("ed", "2")]
    if not found:
        sys.exit(f"{path} has no dimensionality for two inputs; make it with: train paper --figures 3 -o {folder}")
    return [row for row in found if int(row["step"]) <= LAST]


bands = defaultdict(list)  # (g, stage): [(t, median, low, high, realisations)]
for row in rows("bands.csv"):
    numbers = int(row["step"]), float(row["median"]), float(row["lo"]), float(row["hi"]), int(row["n"])
    bands[float(row["g"]), row["stage"]].append(numbers)

values = defaultdict(dict)  # (g, stage): {realisation: [(t, value)]}
for row in rows("curves.csv"):
    curve = values[float(row["g"]), row["stage"]].setdefault(int(row["realisation"]), [])
    curve.append((int(row["step"]), float(row["value"])))

# %% [markdown]
# Both tables should be of one run: as many realisations, and medians of the gammas between the lowest and the
# highest of them.

# %%
for key, band in bands.items():
    curves = [dict(curve) for curve in values[key].values()]
    for t, median, _, _, count in band:
        drawn = [curve[t] for curve in curves]
        if len(drawn) != count or not min(drawn) * (1 - 1e-6) <= median <= max(drawn) * (1 + 1e-6):
            sys.exit(f"g = {key[0]:g}, {key[1]} training, t = {t}: {folder / 'bands.csv'} is not of the run of curves.csv")

# %% [markdown]
# Colours and dashes are the paper's: teal at the edge of chaos, red for the strongly chaotic network, dashed
# before training. Thin lines are single realisations after training.

# %%
colours = {20.0: "#00a0a0", 250.0: "#e92629"}
names = {20.0: "edge of chaos", 250.0: "strongly chaotic"}

figure, axes = plt.subplots(figsize=(5.2, 3.8), layout="constrained")
for (g, stage), band in sorted(bands.items()):
    colour = colours.get(g, "#70707a")
    time, median, low, high, _ = zip(*band)
    axes.fill_between(time, low, high, color=colour, alpha=0.22 if stage == "after" else 0.12, linewidth=0)
    axes.plot(
        time, median, color=colour, linewidth=2.2, linestyle="-" if stage == "after" else (0, (3, 1.6)),
        label=f"{names.get(g, 'network')}, $g$ = {g:g}, {stage} training",
    )
    if stage == "after":
        for curve in values[g, stage].values():
            axes.plot(*zip(*curve), color=colour, linewidth=0.6, alpha=0.45)
axes.axvline(EVALUATION, color="#70707a", linewidth=1, linestyle=":")
axes.annotate(
    r"$t_\mathrm{eval}$", (EVALUATION, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", color="#70707a"
)
axes.set(xlim=(0, LAST), ylim=(0, None), xlabel="time step $t$", ylabel="effective dimensionality")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, fontsize="small", loc="upper left")

# %%
figure.savefig(picture, dpi=200)
realisations = len(next(iter(values.values())))
print(f"{picture}: {len(bands)} curves of {realisations} realisations, matplotlib {matplotlib.__version__}")
