"""Writes torch_*.json beside this file: what PyTorch computes for every cell, in float64. Usage: python torch_cells.py

Made with torch 2.15.0 on a CPU. Vanilla networks, GRU and LSTM are torch.nn.RNN, torch.nn.GRU and torch.nn.LSTM; the leaky
and the low-rank network are written out; with dropout, torch.nn.functional.dropout acts on h between the steps of RNNCell and
LSTMCell. Gradients are those of backward(), Jacobians those of torch.func.jacrev, products
with them those of torch.func.jvp and torch.func.vjp.
"""
import json
import pathlib

import torch
from torch.nn.functional import log_softmax

torch.set_default_dtype(torch.float64)
B, T, N, D, C, RANK = 4, 20, 7, 3, 2, 2
GATES = {"gru": "rzn", "lstm": "ifgo"}
MODULES = {"gru": (torch.nn.GRU, torch.nn.GRUCell), "lstm": (torch.nn.LSTM, torch.nn.LSTMCell), "vanilla": (torch.nn.RNN, torch.nn.RNNCell)}


class Fixture:
    def __init__(self, name, cell, activation="tanh", noise=False, dropout=0.0, **settings):
        self.name, self.cell, self.activation, self.settings = name, cell, activation, settings
        self.random = torch.Generator().manual_seed(sum(map(ord, name)))
        self.parameters = {key: value.requires_grad_() for key, value in self.draw().items()}
        self.inputs = self.normal(T, B, D)
        self.noise = 0.3 * self.normal(T, B, N) if noise else None
        self.dropout, self.dropout_seed = dropout, sum(map(ord, name))

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.random)

    def draw(self):
        own = {}
        if self.cell in GATES:
            for gate in GATES[self.cell]:
                own |= {f"R_{gate}": self.normal(N, N) / N**0.5, f"Win_{gate}": self.normal(N, D) / D**0.5, f"b_{gate}": 0.3 * self.normal(N)}
            if self.cell == "gru":
                own["c_n"] = 0.3 * self.normal(N)
        else:
            own = {"b1": 0.3 * self.normal(N), "Win": self.normal(N, D) / D**0.5}
            if self.cell == "low_rank":
                own |= {"M": self.normal(N, RANK), "L": self.normal(N, RANK)}
            else:
                own["R"] = self.normal(N, N) / N**0.5
        self.alpha = 0.1 + 0.8 * torch.rand(N, generator=self.random) if self.cell in ("leaky", "low_rank") else None
        return own | {"W": self.normal(C, N) / N**0.5, "b2": 0.3 * self.normal(C)}

    def recurrent(self):
        """The weights between units as they are in effect."""
        p = self.parameters
        if self.cell in GATES:
            return [p[f"R_{gate}"] for gate in GATES[self.cell]]
        if self.cell == "low_rank":
            return [p["M"] @ p["L"].T / N]
        weights = p["R"]
        if "excitatory" in self.settings:
            signs = torch.ones(N)
            signs[round(self.settings["excitatory"] * N):] = -1
            weights = weights.abs() * signs
        if not self.settings.get("self_connections", True):
            weights = weights * (1 - torch.eye(N))
        return [weights]

    def stacked(self, ending):
        """The parameters under PyTorch's names."""
        p, zero = self.parameters, torch.zeros(N)
        if self.cell == "vanilla":
            own = [p["Win"], p["R"], p["b1"], zero]
        else:
            gates = GATES[self.cell]
            hidden = torch.cat([zero, zero, p["c_n"]]) if self.cell == "gru" else torch.zeros(4 * N)
            own = [torch.cat([p[kind + gate] for gate in gates]) for kind in ("Win_", "R_", "b_")] + [hidden]
        return dict(zip([name + ending for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")], own))

    def module(self, which, *arguments):
        nonlinearity = {"nonlinearity": self.activation} if self.cell == "vanilla" else {}
        return torch.func.functional_call(MODULES[self.cell][which](D, N, **nonlinearity), self.stacked("" if which else "_l0"), arguments)

    def step(self, carried, x, noise=None):
        """What a state hands on, (N,) or (2 N,), after one step."""
        if self.cell == "lstm":
            return torch.cat(self.module(1, x, (carried[:N], carried[N:])))
        if self.cell in MODULES:
            return self.module(1, x, carried)
        p = self.parameters
        current = self.recurrent()[0] @ carried + p["Win"] @ x + p["b1"] + (0 if noise is None else noise)
        function = {"tanh": torch.tanh, "softplus": torch.nn.functional.softplus, "sigmoid": torch.sigmoid}[self.activation]
        return (1 - self.alpha) * carried + self.alpha * function(current)

    def states(self):
        """What every state hands on, T x B x N or 2 N; its first N are the hidden state."""
        if self.dropout:
            state, rows = torch.zeros(B, 2 * N if self.cell == "lstm" else N), []
            for t, x in enumerate(self.inputs):
                after = torch.stack([self.step(of, to) for of, to in zip(state, x)])
                state = torch.cat([self.dropped(after[:, :N], t), after[:, N:]], 1)
                rows.append(state)
            return torch.stack(rows)
        if self.cell == "lstm":  # nn.LSTM shows c at the end only
            whole, _ = self.module(0, self.inputs)
            cells, state = [], None
            for x in self.inputs:
                _, state = self.module(0, x[None], *([state] if state else []))
                cells.append(state[1][0])
            return torch.cat([whole, torch.stack(cells)], 2)
        if self.cell in MODULES:
            return self.module(0, self.inputs)[0]
        rows = []
        for b in range(B):
            state, row = torch.zeros(N), []
            for t in range(T):
                state = self.step(state, self.inputs[t, b], None if self.noise is None else self.noise[t, b])
                row.append(state)
            rows.append(torch.stack(row))
        return torch.stack(rows, 1)

    def dropped(self, h, t):
        torch.manual_seed(self.dropout_seed + t)
        return torch.nn.functional.dropout(h.contiguous(), self.dropout)

    def penalty(self, name, hidden):
        if name == "weights":
            return torch.stack([weights.square().mean() for weights in self.recurrent()]).mean()
        if name == "activity":
            return hidden.square().mean()
        dimensions = []
        for h in hidden:
            eigenvalues = torch.linalg.eigvalsh(torch.cov(h.T))
            dimensions.append(eigenvalues.sum() ** 2 / eigenvalues.square().sum())
        return torch.stack(dimensions).mean()

    def objective(self, loss, readouts=None, masked=False, penalty=None, strength=0.0, times=None):
        readouts = list(range(T)) if readouts is None else readouts
        hidden = self.states()[:, :, :N]
        outputs = hidden[readouts] @ self.parameters["W"].T + self.parameters["b2"]
        masks = torch.rand(len(readouts), B, generator=self.random).mul(2).floor().mul(0.75) if masked else torch.ones(len(readouts), B)
        if loss == "cross_entropy":
            targets = torch.eye(C)[torch.randint(C, (len(readouts), B), generator=self.random)]
            missed = -(log_softmax(outputs, 2) * targets).sum(2)
        else:
            targets = self.normal(len(readouts), B, C)
            missed = (outputs - targets).square().mean(2)
        value = (missed * masks).sum() / masks.sum()
        if penalty:
            value = value + strength * self.penalty(penalty, hidden if times is None else hidden[times])
        gradients = torch.autograd.grad(value, list(self.parameters.values()), allow_unused=True)
        return {
            "loss": loss, "readouts": readouts, "targets": targets.flatten(1).tolist(), "masks": masks.tolist() if masked else None,
            "penalty": penalty, "strength": strength, "times": times, "value": value.item(),
            "gradients": {key: gradient.flatten().tolist() for key, gradient in zip(self.parameters, gradients)},
        }

    def derivatives(self):
        width = 2 * N if self.cell == "lstm" else N
        x, at, vector = self.normal(D), 0.5 * self.normal(width), self.normal(width)
        step = lambda state: self.step(state, x)
        after, pull = torch.func.vjp(step, at)
        return {
            "input": x.tolist(), "at": at.tolist(), "vector": vector.tolist(), "next": after.tolist(),
            "jacobian": torch.func.jacrev(step)(at).flatten().tolist(),
            "push": torch.func.jvp(step, (at,), (vector,))[1].tolist(), "pull": pull(vector)[0].tolist(),
        }

    def write(self):
        values = {key: value.flatten().tolist() for key, value in self.parameters.items()}
        if self.alpha is not None:
            values["alpha"] = self.alpha.tolist()
        content = {
            "made_by": f"torch_cells.py, torch {torch.__version__}", "cell": self.cell, "activation": self.activation, **self.settings,
            "parameters": values, "inputs": self.inputs.flatten(1).tolist(), "noise": None if self.noise is None else self.noise.flatten(1).tolist(),
            # what dropout multiplies h with; it draws otherwise where no gradient is asked for
            **({"dropout": [self.dropped(torch.ones(B, N, requires_grad=True), t).flatten().tolist() for t in range(T)]} if self.dropout else {}),
            "carried": self.states().flatten(1).tolist(),
            "objectives": [
                self.objective("cross_entropy", [0, 4, 9, 19]),
                self.objective("mse", masked=True),
                self.objective("cross_entropy", [9, 19], masked=True),
                self.objective("cross_entropy", [19], penalty="weights", strength=0.7),
                self.objective("mse", [19], penalty="activity", strength=2, times=[0, 3, 11]),
                self.objective("mse", [9, 19], penalty="dimensionality", strength=-0.4, times=[1, 19]),
                self.objective("mse", [19], penalty="activity", strength=1.5),
            ],
            "step": self.derivatives(),
        }
        path = pathlib.Path(__file__).with_name(f"torch_{self.name}.json")
        path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
        print(path.name, path.stat().st_size)


FIXTURES = [
    Fixture("vanilla_tanh", "vanilla"),
    Fixture("vanilla_relu", "vanilla", "relu"),
    Fixture("vanilla_dropout", "vanilla", dropout=0.3),
    Fixture("leaky", "leaky", "softplus"),
    Fixture("leaky_sigmoid", "leaky", "sigmoid"),
    Fixture("low_rank_sigmoid", "low_rank", "sigmoid"),
    Fixture("leaky_dale", "leaky", noise=True, excitatory=0.6, self_connections=False),
    Fixture("low_rank", "low_rank", noise=True),
    Fixture("gru", "gru"),
    Fixture("lstm", "lstm"),
    Fixture("lstm_dropout", "lstm", dropout=0.3),
]
for fixture in FIXTURES:
    fixture.write()
