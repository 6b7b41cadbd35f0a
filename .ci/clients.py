"""Checks what `train` exports and imports against the real clients, value by value. Usage: clients.py TRAIN FOLDER"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
import pandas
import pyarrow.parquet
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from tensorboard.backend.event_processing import event_accumulator, event_file_loader

program, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
os.chdir(folder)
checks = 0

SMALL = {
    "task.dimension": 6, "task.clusters": 12, "network.units": 24, "training.evaluation_step": 4, "training.samples": 200,
    "training.epochs": 5, "training.validation_samples": 200, "measures.samples": 60, "measures.steps": 9, "measures.splits": 2,
}


def train(*arguments, settings=None):
    sets = [word for key, value in (settings or {}).items() for word in ("--set", f"{key}={value}")]
    done = subprocess.run([program, *arguments, *sets], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"clients: train {' '.join(arguments)} exits with {done.returncode}: {done.stderr}")
    return done.stderr


def export(run, form, path, *more):
    train("export", run, "--format", form, "-o", path, *more)
    return path


def quiet_session(path, options):
    """A session of onnxruntime, which must have nothing to complain of. Its log goes past sys.stderr."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            session = onnxruntime.InferenceSession(path, options)
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        said.seek(0)
        words = said.read().decode()
    assert not words, f"onnxruntime says of {path}: {words}"
    return session


def same(what, got, want, tolerance=0.0):
    """Ends the program unless all values agree to the tolerance, or to it relative to the largest; 0 asks for equal ones."""
    global checks
    got, want = np.asarray(got), np.asarray(want)
    if got.shape != want.shape:
        sys.exit(f"clients: {what} has shape {got.shape}, want {want.shape}")
    worst = float(np.abs(got.astype(np.float64) - want.astype(np.float64)).max()) if got.size else 0.0
    allowed = tolerance * max(1.0, float(np.abs(want).max()) if got.size else 0.0)  # states of relu have no bound
    if not worst <= allowed:
        sys.exit(f"clients: {what} is off by {worst:.3g}, allowed {allowed:.3g}")
    checks += 1
    print(f"{what}: {got.size} values agree to {worst:.2g}")


def reference(numbers, activation, last):
    """The states at t = 0 .. last by NumPy, in float64."""
    function = {"tanh": np.tanh, "relu": lambda a: np.maximum(a, 0), "linear": lambda a: a, "sigmoid": lambda a: 1 / (1 + np.exp(-a))}[activation]
    R, b1 = numbers["R"].astype(np.float64), numbers["b1"].astype(np.float64)
    states = [function(numbers["inputs"] @ numbers["embedding"].T + b1)]
    for _ in range(last):
        states.append(function(states[-1] @ R.T + b1))
    return np.stack(states)


class Network(torch.nn.Module):
    """As `train export --help` describes it."""

    def __init__(self, inputs, units, classes, nonlinearity="tanh", standardised=False):
        super().__init__()
        self.standardised = standardised
        if standardised:
            self.register_buffer("mean", torch.zeros(inputs, dtype=torch.float64))
            self.register_buffer("scale", torch.ones(inputs, dtype=torch.float64))
        self.rnn = torch.nn.RNN(inputs, units, nonlinearity=nonlinearity)
        self.readout = torch.nn.Linear(units, classes)

    def forward(self, points, last):
        if self.standardised:
            points = ((points - self.mean) / self.scale).to(self.readout.weight.dtype)
        sequence = torch.cat([points[None], torch.zeros(last, *points.shape, dtype=points.dtype)])
        states, _ = self.rnn(sequence)  # (last+1) x batch x units
        return states, self.readout(states[-1])


def raw_rows(path, numbers, file):
    """The rows of a file of points that a run measured: mean and scale lead to them from the inputs that it standardised."""
    frame = pandas.read_csv(file)
    rows = frame.filter(like="x").to_numpy()[numbers["rows"]]
    same(f"{path}: mean and scale, relative", (numbers["inputs"] * numbers["scale"] + numbers["mean"]) / rows, np.ones_like(rows), 1e-12)
    names = numbers["class_names"][numbers["labels"]]
    assert list(names) == [str(label) for label in frame.label[numbers["rows"]]], names
    return rows


def check_exports(run, activation, double, file=None):
    """Opens every format of a run. file holds the points that the run standardised."""
    precision = np.float64 if double else np.float32
    tolerance = 1e-12 if double else 1e-5
    evaluation, last = SMALL["training.evaluation_step"], SMALL["measures.steps"]
    numbers = np.load(export(run, "npz", f"{run}.npz"))
    states, inputs = numbers["hidden_after"], numbers["inputs"]
    for name in ("hidden_before", "hidden_after", "embedding", "R", "W", "b1", "b2"):
        assert numbers[name].dtype == precision, (name, numbers[name].dtype)
    logits = states[evaluation].astype(np.float64) @ numbers["W"].T.astype(np.float64) + numbers["b2"]
    same(f"{run}: npz, states by NumPy", states, reference(numbers, activation, last), tolerance)

    weights = safetensors.numpy.load_file(export(run, "safetensors", f"{run}.safetensors"))
    for name in ("R", "W", "b1", "b2"):
        same(f"{run}: safetensors, {name}", weights[name], numbers[name])

    table = pandas.read_parquet(export(run, "parquet", f"{run}.parquet"))
    units, samples = states.shape[2], states.shape[1]
    assert list(table.columns) == ["sample", "cluster", "class", "stage", "t"] + ["row"] * bool(file) + [f"h{i}" for i in range(units)], table.columns
    assert set(table.dtypes.iloc[-units:]) == {np.dtype(precision)} and len(table) == 2 * (last + 1) * samples
    for stage in ("before", "after"):
        part = table[table.stage == stage]
        same(f"{run}: parquet, {stage}", part.iloc[:, -units:].to_numpy().reshape(states.shape), numbers[f"hidden_{stage}"])
        same(f"{run}: parquet, t", part.t, np.repeat(np.arange(last + 1), samples))
        for column, name in (("class", "labels"), ("cluster", "clusters")):
            same(f"{run}: parquet, {column}", part[column], np.tile(numbers[name], last + 1))
        same(f"{run}: parquet, sample", part["sample"], np.tile(np.arange(samples), last + 1))
        if file:
            same(f"{run}: parquet, row", part.row, np.tile(numbers["rows"], last + 1))

    path = export(run, "onnx", f"{run}.onnx")
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = quiet_session(path, options)
    assert [(i.name, i.shape) for i in session.get_inputs()] == [("points", ["batch", inputs.shape[1]]), ("steps", [])], path
    points = numbers["inputs"].astype(precision) if file is None else raw_rows(path, numbers, file)
    got, recorded = session.run(["logits", "states"], {"points": points, "steps": np.array(evaluation)})
    same(f"{run}: onnxruntime, states to t_eval", recorded, states[:evaluation + 1], tolerance)
    same(f"{run}: onnxruntime, logits", got, logits, 10 * tolerance)
    for steps in (0, last):
        recorded, = session.run(["states"], {"points": points, "steps": np.array(steps)})
        same(f"{run}: onnxruntime, states to t = {steps}", recorded, states[:steps + 1], tolerance)
    fixed = quiet_session(export(run, "onnx", f"{run}-fixed.onnx", "--steps", str(evaluation)), options)
    assert [i.name for i in fixed.get_inputs()] == ["points"], path
    one, = fixed.run(["logits"], {"points": points[:1]})
    same(f"{run}: onnxruntime, fixed steps, a batch of one", one, logits[:1], 10 * tolerance)

    if activation in ("linear", "sigmoid"):  # torch.nn.RNN has neither
        return
    path = export(run, "torch", f"{run}-torch.safetensors")
    with safetensors.safe_open(path, "pt") as opened:
        facts = opened.metadata()
    assert int(facts["evaluation_step"]) == evaluation and (facts["inputs"] == "standardised") == (file is not None), facts
    module = Network(numbers["inputs"].shape[1], units, numbers["W"].shape[0], facts["nonlinearity"], facts["inputs"] == "standardised")
    module = module.double() if double else module
    module.load_state_dict(safetensors.torch.load_file(path), strict=True)
    with torch.no_grad():
        points = torch.from_numpy(numbers["inputs"].astype(precision) if file is None else raw_rows(path, numbers, file))
        same(f"{run}: torch, states", module(points, last)[0], states, tolerance)
        same(f"{run}: torch, logits", module(points, evaluation)[1], logits, 10 * tolerance)


def check_sigmoid_sequence():
    """A network of rates through time, which is onnxruntime's RNN with the activation Sigmoid."""
    run = "time-rates"
    train("run", "-o", run, settings=FLIP_FLOP | {"network.activation": "sigmoid", "network.input": "trained"})
    numbers = np.load(export(run, "npz", f"{run}.npz"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = quiet_session(export(run, "onnx", f"{run}.onnx"), options)
    got, recorded = session.run(["outputs", "states"], {"inputs": numbers["inputs"].astype(np.float32)})
    same(f"{run}: onnxruntime, states", recorded, numbers["hidden_after"], 1e-6)
    same(f"{run}: onnxruntime, outputs", got, numbers["outputs"], 1e-5)


def check_chaos():
    """The paper's own network at g = 250, whose states forget their last digits: a difference grows by a third a step."""
    for precision in (np.float64, np.float32):
        run = f"paper-{precision.__name__}"
        train("run", "-o", run, settings={"network.coupling": 250, "network.precision": precision.__name__, "training.epochs": 2})
        numbers = np.load(export(run, "npz", f"{run}.npz"))
        states, last = numbers["hidden_after"], len(numbers["hidden_after"]) - 1
        path = export(run, "onnx", f"{run}.onnx")
        kinds = {tensor.data_type for tensor in onnx.load(path).graph.initializer if len(tensor.dims) == 2}
        assert kinds == {onnx.helper.np_dtype_to_tensor_dtype(np.dtype(precision))}, kinds
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = quiet_session(path, options)
        got, = session.run(["states"], {"points": numbers["inputs"].astype(precision), "steps": np.array(last)})
        if precision is np.float64:
            same(f"{run}: onnxruntime, states to t = 10", got[:11], states[:11], 1e-12)
            same(f"{run}: onnxruntime, states to t = {last}", got, states, 1e-9)
            continue
        # Two orders of summation in float32 differ from each other as each does from float64, and no more.
        exact = {**numbers, **{name: numbers[name].astype(precision).astype(np.float64) for name in ("inputs", "embedding")}}
        rounding = np.maximum.accumulate(np.abs(states - reference(exact, "tanh", last)).max((1, 2)))
        same(f"{run}: onnxruntime, states in units of their own rounding", (got - states) / (4 * rounding[:, None, None]),
             np.zeros_like(states), 1)


def check_curves(run):
    train("analyze", run, "-o", f"{run}-measured")
    text = pandas.read_csv(f"{run}-measured/curves.csv")
    table = pandas.read_parquet(export(run, "curves-parquet", f"{run}-curves.parquet"))
    # curves.csv may hold further measures.
    text = text[text.measure.isin(table.measure.unique())].reset_index(drop=True)
    assert list(text.columns) == list(table.columns) + ["run"] and set(text.run) == {run}, text.columns
    for column in ("measure", "d", "g", "stage", "step", "realisation"):  # g of an imported network is missing in both
        assert text[column].equals(table[column].astype(text[column].dtype)), column
    size = np.maximum(np.abs(table.value), 1e-300)
    same(f"{run}: curves-parquet, relative", table.value / size, text.value / size, 1e-9)
    points = pandas.read_csv(f"{run}-measured/fixed_points.csv")
    with np.load(f"{run}-measured/fixed_points.npz") as arrays:
        assert arrays["states"].shape == (len(points), arrays["states"].shape[1]) and np.isfinite(arrays["states"]).all()
        for column in ("speed", "spectral_radius", "unstable_directions", "realisation", "point"):
            same(f"{run}: fixed_points.npz, {column}", arrays[column], points[column], 1e-9)
        for column in ("stage", "kind", "run"):
            assert list(arrays[column]) == list(points[column]), column
    with np.load(export(run, "curves-npz", f"{run}-curves.npz")) as arrays:
        for (measure, stage), rows in table.groupby(["measure", "stage"]):
            name = measure if stage == "during" else f"{measure}_{stage}"
            same(f"{run}: curves-npz, {name}", arrays[name], rows.value.to_numpy(), 0)
        moments = pandas.read_csv(f"{run}-measured/moments.csv")
        assert list(moments.epoch.unique()) == list(arrays["snapshot_epochs"])
        for measure, rows in moments.groupby("measure"):
            wide = rows.pivot(index="epoch", columns="step", values="value").to_numpy()
            same(f"{run}: curves-npz, {measure} at the snapshots", arrays[f"{measure}_snapshots"] / wide, np.ones_like(wide), 1e-9)


def check_events():
    """A run that is stopped twice, once too hard for a checkpoint, and resumed: each epoch once."""
    # Not by SIGINT, which a job in the background of a shell ignores.
    settings = SMALL | {"training.epochs": 400, "training.samples": 2000, "training.checkpoint.every": 7}
    for attempt, blow in enumerate((signal.SIGTERM, signal.SIGKILL, None)):
        words = [program, "run", "-o", "watched", "--tensorboard", "watched/events"] + (["--resume"] if attempt else [])
        words += [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        if blow is not None:
            deadline = time.time() + 60
            while time.time() < deadline and process.poll() is None:
                if os.path.exists("watched/metrics.jsonl") and len(open("watched/metrics.jsonl").readlines()) > 40 * (attempt + 1):
                    break
                time.sleep(0.01)
            process.send_signal(blow)
        process.wait()
    assert process.returncode == 0, process.returncode
    metrics = [json.loads(line) for line in open("watched/metrics.jsonl")]
    assert len(os.listdir("watched/events")) == 3, os.listdir("watched/events")
    for name in os.listdir("watched/events"):  # the loader checks the checksums
        assert len(list(event_file_loader.EventFileLoader(f"watched/events/{name}").Load())) > 2
    events = event_accumulator.EventAccumulator("watched/events", size_guidance={"scalars": 0})
    events.Reload()
    for tag, key in (("loss/training", "training_loss"), ("loss/validation", "validation_loss"), ("accuracy", "accuracy"),
                     ("learning_rate", "learning_rate")):
        wanted = metrics[1:] if key == "training_loss" else metrics
        scalars = events.Scalars(tag)
        same(f"tensorboard, {tag}, epochs", [scalar.step for scalar in scalars], [m["epoch"] for m in wanted])
        values = [scalar.value for scalar in scalars]
        same(f"tensorboard, {tag}", np.float32(values), np.float32([m[key] for m in wanted]))


def check_import_of_exports(run):
    """A run that goes out and comes back has the states that it had."""
    states = np.load(f"{run}.npz")["hidden_after"]
    for path, into in ((f"{run}.npz", "back-npz"), (f"{run}-torch.safetensors", "back-torch")):
        train("import", path, "-o", into, settings=SMALL)
        back = np.load(export(into, "npz", f"{into}.npz"))
        same(f"{run}: there and back by {path}", back["hidden_after"], states)
        assert "hidden_before" not in back


def check_import_from_torch():
    """A network trained by PyTorch is measured here on the points that PyTorch saw, and before training too."""
    generator = torch.Generator().manual_seed(1)
    torch.manual_seed(1)
    centres = 2 * torch.rand(12, 3, generator=generator) - 1
    clusters = torch.arange(600) % 12
    points = centres[clusters] + 0.02 * torch.randn(600, 3, generator=generator)
    labels = clusters % 2
    pandas.DataFrame({**{f"x{i}": points[:, i] for i in range(3)}, "label": labels, "cluster": clusters}).to_csv("mine.csv", index=False)
    last = SMALL["training.evaluation_step"]
    for nonlinearity in ("tanh", "relu"):
        module = Network(3, 20, 2, nonlinearity)
        safetensors.torch.save_file(module.state_dict(), "before.safetensors")
        optimiser = torch.optim.Adam(module.parameters(), 1e-2)
        for _ in range(60):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(module(points, last)[1], labels).backward()
            optimiser.step()
        safetensors.torch.save_file(module.state_dict(), "after.safetensors")
        np.savez("after.npz", **{name: array.numpy() for name, array in module.state_dict().items()})
        settings = {key: value for key, value in SMALL.items() if key != "task.dimension"}
        settings |= {"task.points": "mine.csv", "task.standardise": False, "network.activation": nonlinearity}
        for kind in ("safetensors", "npz"):
            run = f"from-{nonlinearity}-{kind}"
            said = train("import", f"after.{kind}", "--initial", "before.safetensors", "-o", run, settings=settings)
            numbers = np.load(export(run, "npz", f"{run}.npz"))
            with torch.no_grad():
                states, logits = module(torch.from_numpy(numbers["inputs"].astype(np.float32)), SMALL["measures.steps"])
                same(f"{run}: states", numbers["hidden_after"], states, 1e-5)
                right = (module(points, last)[1].argmax(1) == labels).float().mean().item()
            said = float(said.split("accuracy ")[1].split(",")[0])
            assert abs(said - right) < 0.1, f"accuracy {said} on a part of the points, PyTorch has {right} on all"
        check_curves(run)


def check_labels(run, table, numbers):
    """What is known of each sample is the same in both tables of states."""
    after = table[(table.stage == "after") & (table.t == 0)]
    for name in (name for name in numbers.files if name.startswith("label_")):
        same(f"{run}: parquet, {name}", after[name], numbers[name])
    for column, name in (("row", "rows"), ("length", "lengths")):
        assert (column in table) == (name in numbers), table.columns
        if name in numbers:
            same(f"{run}: parquet, {column}", after[column], numbers[name])


def check_own_sequences():
    """Exports of own sequences lead back to the file."""
    generator = np.random.default_rng(1)
    own = {"inputs": generator.normal(size=(120, 8, 2)), "lengths": generator.integers(4, 9, 120), "conditions": np.arange(120) % 6}
    own["labels"] = np.array(["left", "right"])[own["conditions"] % 2]
    np.savez("own.npz", **own)
    run = "sequences"
    settings = {"task.kind": "sequences", "task.sequences": "own.npz", "network.cell": "gru", "network.input": "trained", "network.units": 16,
                "training.epochs": 3, "training.samples": 200, "measures.splits": 0}
    train("run", "-o", run, settings=settings)
    numbers = np.load(export(run, "npz", f"{run}.npz"))
    rows = numbers["rows"]
    real = np.arange(8)[:, None] < numbers["lengths"]  # T x S
    same(f"{run}: npz, inputs", numbers["inputs"][real], own["inputs"][rows].swapaxes(0, 1)[real])
    same(f"{run}: npz, lengths", numbers["lengths"], own["lengths"][rows])
    same(f"{run}: npz, conditions", numbers["cluster_names"][numbers["conditions"]].astype(int), own["conditions"][rows])
    assert list(numbers["class_names"][numbers["labels"]]) == list(own["labels"][rows])
    asked = numbers["output_times"][:, None] == numbers["lengths"] - 1
    same(f"{run}: npz, mask", numbers["mask"], asked)
    path = export(run, "parquet", f"{run}.parquet")
    check_labels(run, pandas.read_parquet(path), numbers)
    facts = pyarrow.parquet.read_schema(path).metadata
    for name in ("class_names", "cluster_names"):
        assert json.loads(facts[name.encode()]) == list(numbers[name]), facts


def check_gated(cell, settings):
    """A gated network through time: its states and outputs in PyTorch, and back from PyTorch's state dict."""
    run = f"time-{cell}"
    settings = settings | {"network.cell": cell}
    train("run", "-o", run, settings=settings)
    numbers = np.load(export(run, "npz", f"{run}.npz"))
    states, inputs = numbers["hidden_after"], torch.from_numpy(numbers["inputs"].astype(np.float32))  # T x S x N, T x S x D
    path = export(run, "torch", f"{run}-torch.safetensors")
    with safetensors.safe_open(path, "pt") as opened:
        facts = opened.metadata()

    def load(tensors):
        module = torch.nn.Module()
        module.rnn = getattr(torch.nn, facts["module"])(inputs.shape[2], states.shape[2])
        module.readout = torch.nn.Linear(states.shape[2], numbers["W"].shape[0])
        module.load_state_dict(tensors, strict=True)
        return module

    module = load(safetensors.torch.load_file(path))
    with torch.no_grad():
        hidden, ends = module.rnn(inputs)
        same(f"{run}: torch, states", hidden, states, 1e-6)
        assert ("carried_after" in numbers) == (cell == "lstm"), numbers.files
        if cell == "lstm":
            same(f"{run}: torch, h and c at the end", torch.cat(ends, dim=2)[0], numbers["carried_after"][-1], 1e-6)
        same(f"{run}: torch, outputs", module.readout(hidden), numbers["outputs"], 1e-5)
        # PyTorch's own two biases, which a file from elsewhere has:
        for bias in (module.rnn.bias_ih_l0, module.rnn.bias_hh_l0, module.readout.bias):
            bias.normal_(0, 0.3)
        hidden, _ = module.rnn(inputs)
    path_onnx = export(run, "onnx", f"{run}.onnx")
    onnx.checker.check_model(path_onnx, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    got, recorded = quiet_session(path_onnx, options).run(["outputs", "states"], {"inputs": inputs.numpy()})
    same(f"{run}: onnxruntime, states", recorded, states, 1e-6)
    same(f"{run}: onnxruntime, outputs", got, numbers["outputs"], 1e-5)
    table = pandas.read_parquet(export(run, "parquet", f"{run}.parquet"))
    check_labels(run, table, numbers)
    last = np.where(numbers["inputs"] == 0, np.nan, numbers["inputs"])
    for t in range(1, len(last)):
        last[t] = np.where(np.isnan(last[t]), last[t - 1], last[t])
    same(f"{run}: npz, targets are the last pulses", numbers["targets"], last)
    safetensors.torch.save_file(module.state_dict(), f"{run}-biased.safetensors")
    np.savez(f"{run}-biased.npz", **{name: array.numpy() for name, array in module.state_dict().items()})
    for file in (f"{run}-biased.safetensors", f"{run}-biased.npz"):
        into = file.replace(".", "-")
        train("import", file, "-o", into, settings=settings)
        same(f"{into}: states", np.load(export(into, "npz", f"{into}-out.npz"))["hidden_after"], hidden, 1e-6)
    for file in (f"{run}.npz", export(run, "safetensors", f"{run}.safetensors"), path):
        into = f"back-{file.replace('.', '-')}"
        train("import", file, "-o", into, settings=settings)
        same(f"{into}: states", np.load(export(into, "npz", f"{into}-out.npz"))["hidden_after"], states, 1e-6)


FLIP_FLOP = {
    "task.kind": "flip_flop", "network.units": 16, "training.loss": "mse", "training.epochs": 3, "training.samples": 200,
    "training.validation_samples": 100, "measures.samples": 40,
}
for cell in ("gru", "lstm"):
    check_gated(cell, FLIP_FLOP)
check_own_sequences()
train("run", "--tensorboard", "events", "-o", "small", settings=SMALL)
check_exports("small", "tanh", double=False)
check_curves("small")
train("run", "-o", "chaotic", settings=SMALL | {"network.coupling": 250, "network.precision": "float64"})
check_exports("chaotic", "tanh", double=True)
check_chaos()
train("run", "-o", "bent", settings=SMALL | {"network.activation": "relu"})
check_exports("bent", "relu", double=False)
train("run", "-o", "straight", settings=SMALL | {"network.activation": "linear", "training.loss": "mse"})
check_exports("straight", "linear", double=False)
train("run", "-o", "rates", settings=SMALL | {"network.activation": "sigmoid", "network.precision": "float64"})
check_exports("rates", "sigmoid", double=True)
check_sigmoid_sequence()
generator = np.random.default_rng(0)
points = pandas.DataFrame({f"x{i}": 1e4 * (i + 1) + generator.normal(size=400) for i in range(3)})
points.assign(label=np.arange(400) % 2, cluster=np.arange(400) % 12).to_csv("offset.csv", index=False)
train("run", "-o", "scaled", settings={**SMALL, "task.points": "offset.csv"})
check_exports("scaled", "tanh", double=False, file="offset.csv")
check_import_of_exports("small")
check_import_from_torch()
check_events()
print(f"clients: {checks} comparisons agree")
